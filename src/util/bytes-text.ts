const UNITS = ['B', 'KB', 'MB', 'GB', 'TB', 'PB'];

/** `15.0 GB`: bytes in units of 1024, as `nvidia-smi` and the references count them. */
export function bytesText(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${UNITS[unit]}`;
}
