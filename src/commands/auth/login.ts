import * as z from 'zod/mini';
import type { Plan } from '../../core/account.ts';
import type { Command, CommandContext } from '../../core/command.ts';
import { Failure } from '../../core/failure.ts';
import { SCOPE_NAMES } from '../../core/scopes.ts';
import type { SignedIn } from '../../operations/sign-in/sign-in.ts';
import { loginLines } from './login-lines.ts';

const Input = z.object({
  headless: z._default(z.boolean(), false),
  adc: z._default(z.boolean(), false),
  selectAccount: z._default(z.boolean(), false),
  force: z._default(z.boolean(), false),
  validate: z._default(z.boolean(), false),
  scopes: z.optional(z.array(z.string())),
  printUrl: z._default(z.boolean(), false),
  code: z.optional(z.string()),
});

type LoginInput = z.infer<typeof Input>;

interface LoggedIn extends SignedIn {
  readonly profile: string;
  readonly plan?: Plan;
}

export const command: Command<LoginInput, LoggedIn> = {
  input: Input,
  run: async (input, context) => {
    const signedIn = { ...(await signInBy(input, context)), profile: context.services.profile };
    if (!input.validate || !signedIn.authenticated) return signedIn;
    const { services, signal } = context;
    const plan = await (await services.provider('colab')).plan?.(signal);
    return plan === undefined ? signedIn : { ...signedIn, plan };
  },
  view: (signedIn, style) => {
    if (signedIn.url !== undefined) return signedIn.url;
    const { plan } = signedIn;
    const gpus = plan === undefined ? [] : [`  GPUs for this account: ${plan.eligibleGpus.join(', ') || 'none'}`];
    return [loginLines(signedIn, style), ...gpus].join('\n');
  },
};

async function signInBy(input: LoginInput, { services, report, signal }: CommandContext): Promise<SignedIn> {
  if (input.adc) {
    const { adoptGcloud } = await import('../../operations/sign-in/adopt-gcloud.ts');
    return adoptGcloud(input.force || services.flags.forceLogin, services, signal);
  }
  const { signIn } = await import('../../operations/sign-in/sign-in.ts');
  const wish = {
    ...input,
    scopes: input.scopes === undefined ? null : knownScopes(input.scopes),
    code: input.code ?? null,
  };
  return signIn(wish, services, report, signal);
}

function knownScopes(words: readonly string[]) {
  const unknown = words.find(word => !SCOPE_NAMES.some(name => name === word));
  if (unknown !== undefined || words.length === 0) {
    throw new Failure('usage', unknown === undefined ? '`--scopes` names none' : `there is no scope \`${unknown}\``, {
      hints: [`there are ${SCOPE_NAMES.map(name => `\`${name}\``).join(', ')}`],
    });
  }
  return SCOPE_NAMES.filter(name => words.includes(name));
}
