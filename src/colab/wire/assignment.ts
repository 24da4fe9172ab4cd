import * as z from 'zod/mini';
import type { Plan } from '../../core/account.ts';
import type { Variant } from '../../core/runtime.ts';
import { LooseNumber, LooseText, looseList } from './body.ts';
import { ProxyAnswer, type ProxyInfo } from './proxy.ts';
import { modelOf, type Shape, shapeOf, tierOf, variantOf } from './vocabulary.ts';

/** A machine that the account holds. */
export interface Assignment {
  readonly endpoint: string;
  readonly variant: Variant;
  readonly accelerator: string | null;
  readonly shape: Shape;
  readonly proxy: ProxyInfo | null;
  /** The key it was asked for with; null where the listing does not tell. */
  readonly nbh: string | null;
}

/** Why there is no machine although the answer was 200. */
export type Outcome = 'denied' | 'used-up' | 'blocked' | 'none';

export type AssignAnswer =
  | { readonly kind: 'assigned'; readonly machine: Assignment; readonly tier: Plan['tier'] }
  | { readonly kind: 'refused'; readonly outcome: Outcome };

/** What the GET before an assign says: a machine that is there already, or the token for the POST. */
export type AssignState =
  | { readonly kind: 'assigned'; readonly machine: Assignment }
  | { readonly kind: 'free'; readonly xsrf: string };

const OUTCOMES: Readonly<Record<string, Outcome>> = {
  '1': 'denied',
  QUOTA_DENIED_REQUESTED_VARIANTS: 'denied',
  '2': 'used-up',
  QUOTA_EXCEEDED_USAGE_TIME: 'used-up',
  '3': 'used-up',
  '5': 'blocked',
  DENYLISTED: 'blocked',
};

const Machine = z.looseObject({
  endpoint: LooseText,
  accelerator: z.optional(z.unknown()),
  variant: z.optional(z.unknown()),
  machineShape: z.optional(z.unknown()),
  runtimeProxyInfo: z.catch(z.nullable(ProxyAnswer), null),
  notebookIdHash: LooseText,
});

function machineOf(endpoint: string, value: z.output<typeof Machine>): Assignment {
  const accelerator = modelOf(value.accelerator);
  return {
    endpoint,
    variant: variantOf(value.variant, accelerator),
    accelerator,
    shape: shapeOf(value.machineShape),
    proxy: value.runtimeProxyInfo,
    nbh: value.notebookIdHash,
  };
}

/** The outcome counts before anything else is read: a refusal is a 200 without a machine. */
export const AssignPostAnswer = z.pipe(
  z.extend(Machine, { outcome: z.optional(z.unknown()), subTier: z.optional(z.unknown()) }),
  z.transform((value): AssignAnswer => {
    const refused = OUTCOMES[String(value.outcome ?? 0)];
    if (refused !== undefined || value.endpoint === null) return { kind: 'refused', outcome: refused ?? 'none' };
    return { kind: 'assigned', machine: machineOf(value.endpoint, value), tier: tierOf(value.subTier) };
  }),
);

/** Told apart by the token at the top, which only the free shape has. */
export const AssignGetAnswer = z.pipe(
  z.extend(Machine, { token: LooseText }).check(z.refine(({ token, endpoint }) => token !== null || endpoint !== null)),
  z.transform((value): AssignState => {
    if (value.token !== null) return { kind: 'free', xsrf: value.token };
    return { kind: 'assigned', machine: machineOf(value.endpoint ?? '', value) };
  }),
);

/** Both listings; the newer one leaves the key out when there is no machine. */
export const ListAnswer = z.pipe(
  z.looseObject({
    assignments: looseList(Machine.check(z.refine(({ endpoint }) => endpoint !== null))),
  }),
  z.transform(({ assignments }): readonly Assignment[] =>
    assignments.map(each => machineOf(each.endpoint ?? '', each)),
  ),
);

/** The token for a POST to the same address. */
export const XsrfAnswer = z.pipe(
  z.looseObject({ token: z.string() }),
  z.transform(({ token }) => token),
);

/** Propagation of the account's credentials into a machine. `consent` is a page to open when it is not given yet. */
export const PropagationAnswer = z.pipe(
  z.looseObject({ success: z.optional(z.boolean()), unauthorized_redirect_uri: LooseText }),
  z.transform(({ success, unauthorized_redirect_uri }) => ({
    success: success === true,
    consent: unauthorized_redirect_uri,
  })),
);

/** Switches of Colab that matter to clients. */
export const ExperimentsAnswer = z.pipe(
  z.looseObject({ experiments: z.optional(z.record(z.string(), z.unknown())), selectedIds: looseList(LooseNumber) }),
  z.transform(({ experiments }) => experiments ?? {}),
);
