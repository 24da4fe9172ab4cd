/**
 * The key that makes an assign idempotent: 44 characters of `[A-Za-z0-9_.-]`. On the web it is a hash of the notebook's
 * file; clients without a file make one from a random id.
 */
export function notebookHash(uuid: string): string {
  return uuid.replaceAll('-', '_').padEnd(44, '.').slice(0, 44);
}
