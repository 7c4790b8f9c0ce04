# Completion of umconfig for bash 3.2 and later: source <(umconfig completion bash)
# The program answers with a line that says whether files fit, then one candidate a line, quoted for bash.
# Nothing of the command line or of the answer is ever evaluated.

_umconfig() {
  local rest=$COMP_LINE word piece prefix line wanted='' i last=0
  local -a words
  # Bash takes words apart at = and : as well; what has no blank in between belongs together.
  for ((i = 0; i <= COMP_CWORD; i++)); do
    word=${COMP_WORDS[i]}
    if ((i > 0)) && [[ $rest != [[:space:]]* && -n $word ]]; then
      words[last]+=$word
    else
      ((i > 0)) && ((last++))
      words[last]=$word
    fi
    rest=${rest#"${rest%%[![:space:]]*}"}
    rest=${rest#"$word"}
  done
  # Only the piece behind the last = or : gets replaced.
  piece=${COMP_WORDS[COMP_CWORD]}
  [[ $piece == [=:] ]] && piece=''
  prefix=${words[last]%"$piece"}

  COMPREPLY=()
  {
    IFS= read -r wanted
    while IFS= read -r line; do
      COMPREPLY+=("${line#"$prefix"}")
    done
  } < <("${words[0]}" completion bash -- "${words[@]:1}" 2>/dev/null)
  if [[ $wanted != :files ]]; then
    # Bash 3 has no compopt; there, file names stay on offer.
    compopt +o default +o bashdefault 2>/dev/null
  fi
  return 0
}

complete -o bashdefault -o default -F _umconfig umconfig
