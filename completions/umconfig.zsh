#compdef umconfig
# Completion of umconfig for zsh: source <(umconfig completion zsh), or as _umconfig in a directory of $fpath.
# The program answers with a line that says whether files fit, then one `candidate:description` a line.

_umconfig() {
  local -a lines
  lines=("${(@f)$("${(Q)words[1]}" completion zsh -- "${(@Q)words[2,CURRENT]}" 2>/dev/null)}")
  local wanted=$lines[1]
  lines=("${(@)lines[2,-1]}")
  [[ $PREFIX == --*=* ]] && compset -P '*='
  case $wanted in
    (:files) _files ;;
    (*) (( $#lines )) && _describe umconfig lines ;;
  esac
}

if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
  _umconfig "$@"
else
  compdef _umconfig umconfig
fi
