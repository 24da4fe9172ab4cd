/** What the promise gives within `ms` milliseconds, else `otherwise`; a failure counts as no answer. */
export async function within<T, D>(ms: number, promise: Promise<T>, otherwise: D): Promise<T | D> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<D>(resolve => {
    timer = setTimeout(() => resolve(otherwise), ms);
  });
  try {
    return await Promise.race([promise.catch(() => otherwise), late]);
  } finally {
    clearTimeout(timer);
  }
}
