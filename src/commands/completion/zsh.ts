/** Works both as a file `_lecoder-cgpu` in `fpath` and evaluated in `.zshrc`, which may do so before `compinit`. */
export const ZSH = `#compdef lecoder-cgpu
# Completion of lecoder-cgpu for zsh
_lecoder_cgpu() {
  local program=lecoder-cgpu line
  local -a reply offers
  [[ $words[1] == */* ]] && program=\${~words[1]}
  reply=("\${(@f)$("$program" complete zsh "=\${(Q)PREFIX}" "\${(@Q)words[2,CURRENT-1]}" 2>/dev/null)}")
  for line in "\${(@)reply[2,-1]}"; do
    offers+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
  done
  (( $#offers )) && _describe -V lecoder-cgpu offers
  [[ $PREFIX == --*=* && $reply[1] != none ]] && compset -P '*='
  case $reply[1] in
    files) _files ;;
    folders) _files -/ ;;
    notebooks) _files -g '*.ipynb(-.)' ;;
  esac
}
if [[ $funcstack[1] == _lecoder-cgpu ]]; then
  _lecoder_cgpu "$@"
else
  (( $+functions[compdef] )) || { autoload -Uz compinit && compinit }
  compdef _lecoder_cgpu lecoder-cgpu
fi
`;
