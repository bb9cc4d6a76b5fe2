/** Words of notifications: devices, switching them on, reminders, the end of suggestions. */
export const notificationTexts = {
  title: 'Notifications',
  text: 'We tell you when it is nearly your turn, what you asked to be reminded of, and what changes about your tickets.',
  devices: 'Devices that are told',
  none: 'No device is told yet.',
  here: 'this device',
  ended: 'no longer told',
  endedText: 'Its browser no longer takes anything. Switch it on there again, or remove it.',
  since: (day: string) => `since ${day}`,
  lastTold: (day: string) => `last told ${day}`,
  neverTold: 'not told anything yet',
  on: 'Tell me on this device',
  turningOn: 'Asking the browser…',
  isOn: 'This device is told from now on.',
  test: 'Try it',
  testLabel: (name: string) => `Send a notification to ${name} to try it`,
  tested: {
    sent: 'Sent. It should appear within seconds.',
    ended: 'This device is no longer told: its browser has ended it.',
    failed: 'It could not be sent just now. Please try again in a while.',
  },
  remove: 'Remove',
  removeLabel: (name: string) => `Remove ${name}`,
  removeTitle: (name: string) => `Tell nothing more on ${name}?`,
  removeText: 'You can switch it on there again at any time.',
  refused: 'Your browser said no.',
  denied:
    'Your browser does not let us notify you. Open its settings for this site (the sign left of the address), allow notifications, and come back.',
  unsupported: 'This browser cannot notify you. Mails still come.',
  homeScreen:
    'On an iPhone or iPad, put this page on the home screen first: Share, then “Add to Home Screen”. Open it from there, and switch notifications on here.',
  noService: 'Your browser could not reach its push service. Please try again in a while.',

  remind: 'Remind me',
  reminding: 'Keeping it in mind…',
  reminded: 'You will be reminded',
  remindedText: 'When the lobby opens, or ten minutes before the sale.',
  noRemind: 'Do not remind me',
  logInToRemind: 'Log in to be reminded',
  howTold: 'On your devices, or by mail.',

  offTitle: 'No more suggestions?',
  offText:
    'You will get no more mails or notifications with events you may like. Everything about your tickets still comes.',
  off: 'No more suggestions',
  offBusy: 'Switching off…',
  offDone: 'Done. You get no more suggestions.',
  offBroken:
    'This link is not whole. Copy all of it from the mail, or switch suggestions off in your account.',
  account: 'Your account',
} as const;
