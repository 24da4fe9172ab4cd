/** Python files are carried as text: by esbuild's text loader in the bundle, by a plugin in the tests. */
declare module '*.py' {
  const source: string;
  // biome-ignore lint/style/noDefaultExport: what the text loader makes
  export default source;
}
