import * as z from 'zod/mini';
import type { Command, Style } from '../../core/command.ts';
import type { SessionRow } from '../../operations/sessions/list-sessions.ts';
import { type Column, table } from '../../ui/table.ts';

const Input = z.object({ stats: z._default(z.boolean(), false) });

interface Listing {
  readonly sessions?: readonly SessionRow[];
  readonly tier: string | null;
  readonly limit: number | null;
  readonly used: number;
  readonly totalSessions?: number;
  readonly activeSessions?: number;
  readonly connectedSessions?: number;
  readonly staleSessions?: number;
  readonly maxSessions?: number | null;
}

export const command: Command<z.infer<typeof Input>, Listing> = {
  input: Input,
  run: async ({ stats }, { services, report, signal }) => {
    const { listSessions } = await import('../../operations/sessions/list-sessions.ts');
    const { accountPlan } = await import('../../operations/sign-in/account-plan.ts');
    const [rows, { plan }] = await Promise.all([listSessions(services, signal), accountPlan(services, report, signal)]);
    const summary = {
      tier: plan?.tier ?? null,
      limit: plan?.limit ?? null,
      used: new Set(rows.filter(row => row.status !== 'stale').map(row => row.runtime.id)).size,
    };
    return stats ? { ...summary, ...totals(rows), maxSessions: plan?.limit ?? null } : { sessions: rows, ...summary };
  },
  view: ({ sessions, ...summary }, style) => (sessions ? sessionsTable(sessions, style) : totalLines(summary)),
};

function totals(rows: readonly SessionRow[]) {
  const count = (fits: (row: SessionRow) => boolean) => rows.filter(fits).length;
  return {
    totalSessions: count(row => row.name !== null),
    activeSessions: count(row => row.active),
    connectedSessions: count(row => row.status === 'connected'),
    staleSessions: count(row => row.status === 'stale'),
  };
}

function totalLines(listing: Listing): string {
  return [
    `sessions   ${listing.totalSessions ?? 0}`,
    `connected  ${listing.connectedSessions ?? 0}`,
    `stale      ${listing.staleSessions ?? 0}`,
    `machines   ${listing.used}`,
  ].join('\n');
}

const COLUMNS: readonly Column<SessionRow>[] = [
  { title: '', text: row => (row.active ? '*' : '') },
  { title: 'name', text: row => row.name ?? '-' },
  { title: 'id', text: row => (row.name === null ? row.id : row.id.slice(0, 8)) },
  { title: 'runtime', text: row => row.runtime.provider },
  { title: 'machine', text: row => row.gpu ?? row.runtime.type },
  { title: 'status', text: row => row.status },
  { title: 'kernel', text: row => row.kernel?.status ?? '-' },
  { title: 'last activity', text: row => row.lastActivity ?? '-' },
  { title: 'where', text: row => row.runtime.label },
];

function sessionsTable(rows: readonly SessionRow[], style: Style): string {
  if (rows.length === 0) return 'no sessions; `lecoder-cgpu connect` makes one';
  return table(rows, COLUMNS, style);
}
