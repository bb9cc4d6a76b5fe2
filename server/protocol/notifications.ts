/** Notifications, as pages show them: devices, reminders. */
import { type Static, Type } from 'typebox';
import { TimeSchema, UuidSchema } from './uuid.ts';

const Nullable = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) =>
  Type.Union([schema, Type.Null()]);

export const DeviceView = Type.Object({
  id: UuidSchema,
  /** "Firefox on Linux" */
  name: Type.String(),
  createdAt: TimeSchema,
  /** When its push service last took something for it. */
  lastToldAt: Nullable(TimeSchema),
  /** Its push service takes nothing for it any more: it has to be switched on there again. */
  ended: Type.Boolean(),
});
export type DeviceView = Static<typeof DeviceView>;

/** `sent`: its push service has it. `ended`: it knows the device no more. `failed`: it did not take it, or did not answer. */
export const TestedView = Type.Object({ state: Type.Enum(['sent', 'ended', 'failed']) });
export type TestedView = Static<typeof TestedView>;

export const ReminderView = Type.Object({
  eventId: UuidSchema,
  title: Type.String(),
  startsAt: TimeSchema,
  /** Of the venue. */
  timeZone: Type.String(),
  lobbyOpensAt: Nullable(TimeSchema),
  opensAt: Nullable(TimeSchema),
});
export type ReminderView = Static<typeof ReminderView>;
