import { Accounts } from './accounts.ts';
import { Clock } from './clock.ts';
import { Drive } from './drive/files.ts';
import { Faults } from './faults.ts';
import { Fleet } from './machine/fleet.ts';
import { Grants } from './oauth/grants.ts';
import { EVERYTHING } from './oauth/scopes.ts';
import { DEFAULTS, type EmulatorOptions, type EmulatorSettings } from './options.ts';
import { Traffic } from './traffic.ts';
import { Xsrf } from './xsrf.ts';

/** All that the imitated services know. */
export class World {
  readonly options: EmulatorOptions;
  readonly clock = new Clock();
  readonly faults = new Faults();
  readonly traffic = new Traffic();
  readonly accounts: Accounts;
  readonly grants: Grants;
  readonly xsrf: Xsrf;
  readonly fleet: Fleet;
  readonly drive: Drive;
  settings: EmulatorSettings;
  /** Our own address, once we listen. */
  origin = '';

  constructor(options: EmulatorOptions) {
    this.options = options;
    this.settings = { ...DEFAULTS, ...options.settings };
    this.accounts = new Accounts(this.clock);
    this.grants = new Grants(this.clock, () => this.settings);
    this.xsrf = new Xsrf(this.clock);
    this.fleet = new Fleet(this);
    this.drive = new Drive(this.clock);
    const given = options.accounts ?? [];
    for (const each of given.length === 0 ? [{ email: 'you@example.com', name: 'You' }] : given) {
      const account = this.accounts.add(each);
      this.grants.grant(account, null, EVERYTHING, each.refreshToken);
    }
    for (const fault of options.faults ?? []) this.faults.add(fault);
  }
}
