export const FISH = `# Completion of lecoder-cgpu for fish
function __lecoder_cgpu_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l program lecoder-cgpu
    string match -q '*/*' -- "$words[1]"; and set program (string replace -r '^~/' "$HOME/" -- $words[1])
    set -e words[1]
    set -l plain (string unescape -- "$current")
    test -n "$plain"; or set plain "$current"
    set -l reply ($program complete fish "=$plain" $words 2>/dev/null)
    set -l kind $reply[1]
    set -e reply[1]
    test (count $reply) -gt 0; and printf '%s\\n' $reply
    set -l option (string match -r '^--[^=]+=' -- "$current")
    set -l path (string replace -r '^--[^=]+=' '' -- "$current")
    switch "$kind"
        case files notebooks
            __fish_complete_path "$path" | string replace -r '^' "$option"
        case folders
            __fish_complete_directories "$path" '' | string replace -r '^' "$option"
    end
end
complete -c lecoder-cgpu -e
complete -c lecoder-cgpu -f -k -a '(__lecoder_cgpu_complete)'
`;
