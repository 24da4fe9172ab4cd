/** Python files are carried as text: by esbuild's text loader in the bundle, by a plugin in the tests. */
declare module '*.py' {
  const source: string;
  export default source;
}
