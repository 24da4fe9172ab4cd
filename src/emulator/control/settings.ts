import { DEFAULTS, type EmulatorSettings } from '../options.ts';
import { BadOrder } from './order.ts';

/** The settings with those of an order put in; null puts one back to its default. Throws `BadOrder` for what is not a setting. */
export function changedSettings(
  settings: EmulatorSettings,
  order: Readonly<Record<string, unknown>>,
): EmulatorSettings {
  const changes = Object.entries(order).map(([name, value]) => {
    if (!Object.hasOwn(DEFAULTS, name)) throw new BadOrder(`there is no setting ${name}`);
    const standard = DEFAULTS[name as keyof EmulatorSettings];
    if (value === null) return [name, standard];
    if (!fits(value, standard)) throw new BadOrder(`${name} does not take ${JSON.stringify(value)}`);
    return [name, value];
  });
  return { ...settings, ...Object.fromEntries(changes) };
}

function fits(value: unknown, standard: unknown): boolean {
  if (standard === null) return typeof value === 'number' || Array.isArray(value);
  return typeof value === typeof standard;
}
