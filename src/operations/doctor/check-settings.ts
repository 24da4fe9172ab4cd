import { Failure } from '../../core/failure.ts';
import type { Services } from '../../core/services.ts';
import { type Finding, failed, ok, warning } from './finding.ts';

/** Whether commands can use what the settings say. */
export async function checkSettings(services: Services): Promise<Finding> {
  const { host, settings, profile } = services;
  if (host.env.LECODER_EMULATOR && settings.emulator === null) {
    return failed(
      new Failure('usage', '`LECODER_EMULATOR` must be an origin on this machine, such as `http://127.0.0.1:8765`', {
        hints: ['`lecoder-cgpu emulator start` says which', 'or unset it, to talk to Google'],
      }),
    );
  }
  const config = await services.config();
  const states = config.states();
  const unknown = config.strangers();
  const facts = {
    path: config.path,
    profile,
    runtime: settings.runtime,
    emulator: settings.emulator?.origin ?? null,
    set: states.filter(({ isSet }) => isSet).map(({ key }) => key),
    unknown,
  };
  const faults = states.flatMap(({ fault }) => (fault === null ? [] : [fault]));
  const [first, ...others] = faults;
  if (first !== undefined) {
    const hints = [...others, '`lecoder-cgpu config list` shows where each setting comes from'];
    return failed(new Failure('usage', first, { hints }), facts);
  }
  const [stranger] = unknown;
  if (stranger !== undefined) {
    const text = `\`${stranger}\` in \`${config.path}\` is no setting, and changes nothing`;
    return warning(text, [`\`lecoder-cgpu config unset ${stranger}\` takes it out`], facts);
  }
  const which = profile === 'default' ? '' : ` (profile \`${profile}\`)`;
  return ok(`settings can be used${which}`, facts);
}
