/** Requests that are right in every way, made from what routes say of themselves and from one owner's things. */
import type { Ids } from '../kernel/index.ts';
import type { RouteEntry } from './route-table.ts';
import type { Belongings } from './testing-house.ts';
import { type Known, type Schema, sample } from './testing-samples.ts';

export function known(ids: Ids, mine: Belongings, route: Pick<RouteEntry, 'owns'>): Known {
  const { vendorId, fanId, eventId, dropId, tierId, placeId, holdId, orderId, ticketId, mapId } = mine;
  const { methodId, imageId, affiliateId } = mine;
  const { seatId, channel, codeId, mailId, sessionId, passkeyId, password } = mine;
  const own: Record<string, string> = {
    event: eventId,
    drop: dropId,
    hold: holdId,
    order: orderId,
    ticket: ticketId,
    map: mapId,
    mail: mailId,
    method: methodId,
    user: fanId,
    session: sessionId,
    passkey: passkeyId,
    device: mine.deviceId,
    app: mine.clientId,
    grant: mine.clientId,
    member: mine.memberId,
  };
  return {
    eventId,
    dropId,
    tierId,
    placeId,
    holdId,
    orderId,
    ticketId,
    mapId,
    mailId,
    methodId,
    imageId,
    affiliateId,
    vendorId,
    invitationId: mine.invitationId,
    userId: route.owns === 'member' ? mine.memberId : fanId,
    seatId,
    codeId,
    clientId: mine.clientId,
    deviceId: mine.deviceId,
    sessionId,
    passkeyId,
    // Of a new password.
    current: password,
    new: 'seven purple kites',
    cardId: 'pm_somebodys',
    // A number here; the code of one when it is held from.
    ...(route.owns === 'event' ? { channel } : {}),
    // Of a code: basis points.
    value: 500,
    // Of a price rule: first price, bounds and step in order.
    floorCents: 1_000,
    basePriceCents: 5_000,
    priceCents: 5_000,
    capCents: 9_000,
    soldBp: 5_000,
    // Seats to be kept for a channel.
    add: seatId,
    id: own[route.owns ?? ''],
    card: '4242424242424242',
    requestId: ids.next(),
  };
}

export interface RouteSchema {
  params?: Schema;
  body?: Schema;
  querystring?: Schema;
}

/** A request that is right in every way but who sends it. `words`: for fields that are nobody's id. */
export function requestFor(ids: Ids, route: RouteEntry, mine: Belongings, words: Known = {}) {
  const schema = (route.schema ?? {}) as RouteSchema;
  const values = { ...words, ...known(ids, mine, route) };
  // A hold that becomes an order is named by itself, not by its event.
  if (route.url === '/tickets/book') for (const key of ['eventId', 'tierId']) delete values[key];
  const url = route.url.replace(/:(\w+)/g, (_all, name: string) => String(values[name] ?? ids.next()));
  const query = schema.querystring?.required
    ? `?${new URLSearchParams(sample(schema.querystring, {}) as Record<string, string>)}`
    : '';
  const body = schema.body ? sample(schema.body, values) : undefined;
  return { method: route.method as 'GET', url: url + query, options: body === undefined ? {} : { body } };
}
