/** What is shown, suggested, shared and pictured. */
export const MARKET = {
  // -- recommendations
  /** Looks at events that wait to be written; a process that ends suddenly loses them, and more are not kept. */
  viewsWaitingMax: 10_000,
  viewsEveryMs: 1_000,
  keepViewsSeconds: 15_552_000,
  purgeViewsEveryMs: 600_000,
  /** What happened since the last model is looked for this often; without anything new there is a new one after a day. */
  trainEveryMs: 600_000,
  retrainSeconds: 86_400,
  learnedBackDays: 730,
  learnedDeedsMax: 1_000_000,
  learnedEventsMax: 50_000,
  learnPageMax: 2_000,
  trainGiveUpMs: 900_000,
  trainMemoryMb: 1_536,
  modelsKept: 3,
  /** Whoever asks is shown what sells when nothing could be picked for them by then. */
  recommendMs: 400,
  recommendAtOnce: 4,
  recommendationsMax: 50,
  /** Events to come, and the newest model, are read again after this. */
  stageFreshMs: 30_000,
  candidatesMax: 50_000,

  // -- pages of lists
  pageDefault: 50,
  pageMax: 200,
  reportRowsMax: 10_000,
  affiliatesPerVendor: 500,

  // -- previews of links
  /** What is told of an event is looked up again after this; whoever comes first waits no longer than that for it. */
  previewFreshMs: 10_000,
  previewWaitMs: 250,
  /** After a look that failed nobody waits for another one for so long. */
  previewPauseMs: 1_000,
  previewsKept: 1_000,
  previewLooksAtOnce: 4,
  cardsKept: 48,
  cardsWaitingMax: 8,
  cardsPerMinute: 120,
  /** An event is listed as to come until so long after its start. */
  listedAfterStartHours: 6,
  /** Values a facet names; the rarest are left out. */
  facetValuesMax: 30,

  // -- pictures
  /** A picture that somebody sends, and how many pixels it may have: phones make up to fifty million. */
  pictureBytesMax: 15_728_640,
  picturePixelsMax: 60_000_000,
  pictureDecodeSeconds: 20,
  /** Uploads in one process at once: each may hold a whole file in memory. */
  uploadsAtOnce: 6,
  uploadRetryMs: 5_000,
  /** From a crowded hall a picture takes its time; anything else that is sent does not. */
  uploadMs: 60_000,
  bodyMs: 15_000,
  uploadsPerMinute: 20,
  picturesPerFanAndEvent: 10,
  pictureCaptionMax: 300,
  pictureReasonMax: 500,
  reportsPerMinute: 10,
  /** How long a night is taken to last, from its start on. */
  nightSeconds: 10_800,
  /** An upload that is still storing after this was killed. */
  pictureStoringSeconds: 900,
  clearPicturesEveryMs: 60_000,
  clearPicturesMax: 50,
  /** Files without a row are left alone this long, and looked for this often. */
  strayFilesSeconds: 86_400,
  strayFilesEveryMs: 3_600_000,
  /** A bucket's patience: connecting, one answer, and one call with its retry. */
  storeConnectMs: 3_000,
  storeAnswerMs: 10_000,
  storeGiveUpMs: 25_000,
} as const;
