import { version } from '../package.json';

/** The version in `package.json`, carried into the bundle as text. */
export const VERSION: string = version;
export const PROGRAM = 'lecoder-cgpu';
