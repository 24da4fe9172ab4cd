import type { Account } from '../accounts.ts';
import { type Answer, escaped, html } from '../answer.ts';
import { canBeUnticked } from './scopes.ts';

/** The page on which a user says yes or no. */
export function approvalPage(
  request: string,
  accounts: readonly Account[],
  scopes: readonly string[],
  hint: string,
): Answer {
  const who = accounts
    .map(({ email, name }, index) => {
      const chosen = hint === '' ? index === 0 : email === hint;
      return `<label><input type="radio" name="account" value="${escaped(email)}"${chosen ? ' checked' : ''}> ${escaped(name)} (${escaped(email)})</label><br>`;
    })
    .join('\n');
  const what = scopes
    .map(scope => {
      const fixed = canBeUnticked(scope) ? '' : ' disabled';
      return `<label><input type="checkbox" name="scope" value="${escaped(scope)}" checked${fixed}> ${escaped(scope)}</label><br>`;
    })
    .join('\n');
  return html(
    200,
    'Sign in (emulator)',
    `<h1>Sign in to an imitation of Google</h1>
<p>No Google account is involved: this page belongs to the emulator on this machine.</p>
<form method="post" action="/o/oauth2/v2/auth">
<input type="hidden" name="request" value="${escaped(request)}">
<fieldset><legend>Account</legend>
${who}
</fieldset>
<fieldset><legend>What the program may do</legend>
${what}
</fieldset>
<button name="decision" value="approve">Approve</button>
<button name="decision" value="deny">Deny</button>
</form>`,
  );
}

/** The page that stops a request which cannot be answered by a redirect. */
export function errorPage(status: number, error: string, text: string): Answer {
  return html(
    status,
    `Error ${status}: ${error}`,
    `<h1>Access blocked: authorization error</h1>\n<p>${escaped(text)}</p>\n<p>Error ${status}: ${escaped(error)}</p>`,
  );
}

/** Where a code is shown to be copied. */
export function codePage(code: string): Answer {
  return html(
    200,
    'Sign in (emulator)',
    `<h1>Enter this code in the program</h1>\n<p><code id="code">${escaped(code)}</code></p>`,
  );
}
