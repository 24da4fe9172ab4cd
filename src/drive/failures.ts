import type { Identity } from '../core/account.ts';
import { Failure } from '../core/failure.ts';
import { missingScope } from '../core/scopes.ts';
import { unexpectedStatus } from '../http/as-account.ts';
import type { HttpAnswer } from '../http/request.ts';
import { redactText } from '../util/redact.ts';
import { jsonOf } from './wire.ts';

/** What Drive says beside the status: `error.errors[].reason`, or `reason` of a `google.rpc.ErrorInfo`. */
export interface DriveError {
  readonly reasons: readonly string[];
  readonly message: string | null;
  /** Pages it names for help. */
  readonly pages: readonly string[];
}

type Fields = Readonly<Record<string, unknown>>;

export function errorOf({ text }: Pick<HttpAnswer, 'text'>): DriveError {
  const error = fields(fields(jsonOf(text)).error);
  const errors = list(error.errors);
  const details = list(error.details);
  const metadata = details.map(detail => fields(detail.metadata));
  const links = details.flatMap(detail => list(detail.links).map(link => link.url));
  const named = [...errors.map(each => each.extendedHelp), ...metadata.map(each => each.activationUrl), ...links];
  return {
    reasons: texts([...errors.map(each => each.reason), ...details.map(each => each.reason)]),
    message: typeof error.message === 'string' ? redactText(error.message).slice(0, 300) : null,
    pages: texts(named).filter(isConsole),
  };
}

const NOT_ENABLED = ['accessNotConfigured', 'SERVICE_DISABLED'];
const NO_SCOPE = ['insufficientPermissions', 'insufficientScopes', 'ACCESS_TOKEN_SCOPE_INSUFFICIENT'];
const TOO_MANY = ['rateLimitExceeded', 'userRateLimitExceeded', 'RATE_LIMIT_EXCEEDED'];
const FULL = ['storageQuotaExceeded', 'teamDriveFileLimitExceeded', 'numChildrenInNonRootLimitExceeded'];
const ENABLE_PAGE = 'https://console.cloud.google.com/apis/library/drive.googleapis.com';

/** Whether the refusal means "later": nothing was done. */
export function isTooMany(status: number, { reasons }: DriveError): boolean {
  return status === 403 && has(reasons, TOO_MANY);
}

/** What a refusal means. `id` is the notebook's that was asked for, null for none. */
export function driveFailure(answer: HttpAnswer, id: string | null, host: string, identity: Identity): Failure {
  const said = errorOf(answer);
  const facts = said.message === null ? {} : { details: said.message };
  switch (answer.status) {
    case 400:
      return new Failure('usage', `Drive does not take the request${reasonText(said)}`, facts);
    case 401:
      return new Failure('invalidCredentials', `${host} does not accept the account's token`, {
        hints: ['`lecoder-cgpu auth login --force` signs in again'],
      });
    case 403:
      return refusal(said, answer, identity);
    case 404:
      return notThere(id);
    default:
      return unexpectedStatus(answer.status, `${host}/drive/v3`);
  }
}

function refusal(said: DriveError, answer: HttpAnswer, identity: Identity): Failure {
  const facts = said.message === null ? {} : { details: said.message };
  const challenge = answer.headers.get('www-authenticate') ?? '';
  if (has(said.reasons, NOT_ENABLED)) {
    const page = said.pages[0] ?? ENABLE_PAGE;
    return new Failure('forbidden', "the Drive API is not enabled in your OAuth client's project", {
      hints: [`enable it at ${page}, wait a minute, and try again`],
      ...facts,
    });
  }
  if (has(said.reasons, NO_SCOPE) || /error="?insufficient_scope/.test(challenge))
    return missingScope('drive', identity.login() ?? { source: 'session' });
  if (has(said.reasons, TOO_MANY)) return new Failure('rateLimited', 'Drive asks for fewer requests', facts);
  if (has(said.reasons, FULL)) {
    const hints = ['make room at `https://drive.google.com/settings/storage`'];
    return new Failure('forbidden', 'there is no room in the Drive of this account', { hints, ...facts });
  }
  return new Failure('forbidden', `Drive forbids that for this account${reasonText(said)}`, facts);
}

function notThere(id: string | null): Failure {
  const what =
    id === null ? 'Drive does not have what was asked for' : `Drive has no notebook \`${id}\` for this program`;
  return new Failure('fileNotFound', what, {
    hints: [
      'the scope `drive.file` shows only files that this program made: one made elsewhere is hidden, even from its owner',
      '`lecoder-cgpu notebook list` shows what there is; `lecoder-cgpu notebook upload` makes a copy of a local file',
    ],
  });
}

function reasonText({ reasons }: DriveError): string {
  return reasons[0] !== undefined && /^[\w.-]{1,60}$/.test(reasons[0]) ? ` (${reasons[0]})` : '';
}

/** Only Google's own console is passed on as a page to open. */
function isConsole(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  return protocol === 'https:' && /^console\.(cloud|developers)\.google\.com$/.test(hostname);
}

function has(reasons: readonly string[], wanted: readonly string[]): boolean {
  return reasons.some(reason => wanted.includes(reason));
}

function fields(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}

function list(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? value.map(fields) : [];
}

function texts(values: readonly unknown[]): string[] {
  return values.filter(value => typeof value === 'string');
}
