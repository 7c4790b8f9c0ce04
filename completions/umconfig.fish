# Completion of umconfig for fish: umconfig completion fish | source
# The program answers with a line that says whether files fit, then one `candidate<tab>description` a line.

function __umconfig_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l lines ($words[1] completion fish -- $words[2..-1] "$current" 2>/dev/null)
    if test "$lines[1]" = :files
        set -l prefix (string match -r -- '^--[^=]*=' "$current")
        for path in (__fish_complete_path (string replace -r -- '^--[^=]*=' '' "$current"))
            printf '%s%s\n' "$prefix" $path
        end
    else
        string join \n -- $lines[2..-1]
    end
end

complete -c umconfig -f -a '(__umconfig_complete)'
