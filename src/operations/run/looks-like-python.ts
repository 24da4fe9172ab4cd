const STATEMENTS = [
  /^\s*(import\s+[\w.]+(\s+as\s+\w+)?(\s*,\s*[\w.]+)*|from\s+[\w.]+\s+import\s+[\w*(])/m,
  /^\s*(async\s+)?(def\s+\w+\s*\(.*|class\s+\w+\s*(\(.*\))?)\s*:?/m,
  /^\s*(for\s+[\w, ]+\s+in\s+.+|while\s+.+|if\s+.+|with\s+.+|try|else)\s*:(\s|$)/m,
  /^\s*[A-Za-z_][\w.[\]]*\s*([-+*/]?=)\s+\S/m,
  /^\s*(print|len|range|str|int|float|list|dict|type|open|sum|max|min|sorted|help|dir)\s*\(/m,
  /^\s*[A-Za-z_]\w*(\.\w+)+\(.*\)\s*$/m,
  /^\s*[\d.]+\s*([-+*/%]|\*\*|\/\/)\s*[\d.]+\s*$/,
];

/** A guess, for a hint only: whether text given to the shell was meant for Python. */
export function looksLikePython(code: string): boolean {
  return STATEMENTS.some(pattern => pattern.test(code));
}
