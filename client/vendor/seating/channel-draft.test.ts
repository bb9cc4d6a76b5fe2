import { expect, test } from 'vitest';
import { type ChannelDraft, channelBody, checkChannel, lettersOf, NO_CHANNEL } from './channel-draft.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z');
const ZONE = 'Europe/Berlin';

test('U356: a channel’s release is meant in the event’s zone, and its code is sent as it will be read', () => {
  const draft: ChannelDraft = { name: ' Guests ', code: ' crew-26 ', releaseAt: '2026-12-12T18:00' };
  expect(checkChannel(draft, ZONE, NOW)).toEqual({});
  expect(channelBody(draft, ZONE)).toEqual({
    name: 'Guests',
    code: 'CREW-26',
    releaseAt: '2026-12-12T17:00:00.000Z',
  });
  expect(channelBody({ ...NO_CHANNEL, name: 'Sponsor' }, ZONE)).toEqual({ name: 'Sponsor' });
});

test('U356: what is wrong with a channel is said at its field', () => {
  const sound = { ...NO_CHANNEL, name: 'Guests' };
  const cases: [Partial<ChannelDraft>, string[]][] = [
    [{ name: ' ' }, ['name']],
    [{ name: 'g'.repeat(121) }, ['name']],
    [{ code: 'abc' }, ['code']],
    [{ code: 'c'.repeat(65) }, ['code']],
    [{ code: 'two words' }, ['code']],
    [{ releaseAt: '2026-11-21T12:59' }, ['releaseAt']],
    [{ releaseAt: '2026-11-21T13:01' }, []],
    [{ releaseAt: 'soon' }, ['releaseAt']],
  ];
  for (const [change, fields] of cases)
    expect([change, Object.keys(checkChannel({ ...sound, ...change }, ZONE, NOW))]).toEqual([change, fields]);
});

test('U355: channels have letters of their own, and a new one changes nobody’s', () => {
  const names = ['Accessible seats', 'Guests', 'Gäste', 'Großsponsor', 'Ω', '', 'Artist', 'Ää'];
  const channels = names.map((name, at) => ({ channel: at + 1, name }));
  const letters = lettersOf(channels);
  expect(new Set(letters.values()).size).toBe(names.length);
  expect([letters.get(1), letters.get(2), letters.get(3), letters.get(4)]).toEqual(['A', 'G', 'S', 'R']);
  for (let count = 1; count < names.length; count += 1)
    for (const [channel, letter] of lettersOf(channels.slice(0, count)))
      expect(letters.get(channel)).toBe(letter);
  expect(lettersOf([...channels].reverse())).toEqual(letters);
});
