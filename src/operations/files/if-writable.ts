import { isFailure } from '../../core/failure.ts';
import type { Services } from '../../core/services.ts';

/**
 * Writes down what a later command would only find out again. On a full disk or in a folder that cannot be written it is not
 * kept, and the result at hand is worth more; null then.
 */
export async function ifWritable<T>(write: () => Promise<T>, { log }: Pick<Services, 'log'>): Promise<T | null> {
  try {
    return await write();
  } catch (error) {
    if (!isFailure(error, 'permissionDenied', 'ioError')) throw error;
    log.write('warn', 'session', 'not kept', { reason: error.message });
    return null;
  }
}
