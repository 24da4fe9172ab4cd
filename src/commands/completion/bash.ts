/**
 * Also for the bash 3.2 of macOS, which has no `compopt`: where nothing is offered it completes files. The line goes over as
 * it is, because bash takes words apart at `=` and `:`.
 */
export const BASH = `# Completion of lecoder-cgpu for bash
_lecoder_cgpu() {
  local program=lecoder-cgpu kind='' line
  case $1 in */*) program=\${1/#\\~\\//$HOME/} ;; esac
  COMPREPLY=()
  while IFS= read -r line; do
    if [ -z "$kind" ]; then kind=$line; else COMPREPLY+=("$line"); fi
  done < <("$program" complete bash "=\${COMP_LINE:0:COMP_POINT}" "=$COMP_WORDBREAKS" 2>/dev/null)
  type compopt >/dev/null 2>&1 || return 0
  case $kind in
    folders) compopt +o default +o bashdefault -o plusdirs ;;
    notebooks)
      compopt +o default +o bashdefault -o filenames -o plusdirs
      while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -f -X '!*.ipynb' -- "$2")
      ;;
    none) compopt +o default +o bashdefault ;;
  esac
}
complete -o default -o bashdefault -F _lecoder_cgpu lecoder-cgpu
`;
