/** Waits for something that nobody announces. Rejects after `within` milliseconds. */
export async function until(isSo: () => boolean | Promise<boolean>, within = 20_000): Promise<void> {
  const deadline = performance.now() + within;
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error(`not so within ${within} ms: ${isSo}`);
    await new Promise(resolve => setTimeout(resolve, 20));
  }
}
