import { repository, version } from '../package.json';

/** The version in `package.json`, carried into the bundle as text. */
export const VERSION: string = version;
export const PROGRAM = 'lecoder-cgpu';

/** The project's address on GitHub, `https://github.com/<owner>/<name>`: releases are below it. */
export const REPOSITORY: string = repository.url.replace(/^git\+/, '').replace(/\.git$/, '');
