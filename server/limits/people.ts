/** Accounts, teams and other programs. */
export const PEOPLE = {
  // -- accounts
  /** Per process; about 1 KB each. */
  tokensRememberedMax: 10_000,
  accessTokenSeconds: 600,
  refreshTokenDays: 30,
  argonConcurrency: 2,
  argonQueueMax: 200,
  loginFailuresPerAccount: 10,
  loginFailuresPerAddress: 50,
  /** Against one account from all addresses together: high, so that nobody can lock another out cheaply. */
  loginFailuresPerAccountAnywhere: 100,
  loginWindowSeconds: 900,
  registrationsPerHourPerAddress: 60,
  /** A link that proves an address is good for a day, one that sets a password for half an hour. */
  verifyLinkSeconds: 86_400,
  resetLinkSeconds: 1_800,
  teamLinkSeconds: 604_800,
  teamMembers: 50,
  teamInvitationsOpen: 20,
  teamInvitationsPerMinute: 10,
  /** Mails with links to one mailbox, and of one account. */
  lettersPerHour: 5,
  forgottenPerHourPerAddress: 30,
  /** Links tried from one address. */
  linksPerMinute: 20,
  /** So long after a log-in its session may change what opens the account, without the password. */
  recentLoginSeconds: 900,
  /** An authenticator's answer is awaited this long. */
  passkeyChallengeSeconds: 300,
  passkeysPerAccount: 20,
  /** Log-ins by passkey, tried from one address. */
  passkeyLoginsPerMinute: 30,
  /** What was written about an account's own affairs is forgotten after this. */
  keepLettersSeconds: 2_592_000,
  /** A spent refresh token is answered with the same successor this long (two tabs, a lost answer). */
  refreshGraceSeconds: 10,
  /** How long one process may believe that a session lives. */
  sessionCacheMs: 2_000,
  /** Ended sessions are kept this long for whoever asks what happened. */
  endedSessionDays: 7,

  // -- other programs (OAuth)
  oauthClientsPerOwner: 20,
  oauthRedirectUrisPerClient: 10,
  /** From consent to exchange. */
  oauthCodeSeconds: 60,
  /** A question to a person waits this long. */
  oauthConsentSeconds: 900,
  /** What was consented to is asked again after this. */
  oauthGrantDays: 180,
  /** Calls of the authorization server's token routes, per address and minute. */
  oauthTokensPerMinute: 120,
  oauthPurgeEveryMs: 300_000,
  oauthPurgeMax: 1_000,
  /** How long one process believes that a program's token stands. */
  oauthStandingCacheMs: 2_000,
  oauthStandingCacheMax: 50_000,
  /** From leaving for an outside provider to coming back. */
  outsideLoginSeconds: 600,
  outsideTimeoutMs: 8_000,
  outsideLoginsPerMinute: 20,
} as const;
