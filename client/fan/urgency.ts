/** How a deadline looks: calm, then near (60 s), then now (20 s). */
export const urgency = (leftMs: number): 'calm' | 'near' | 'now' =>
  leftMs <= 20_000 ? 'now' : leftMs <= 60_000 ? 'near' : 'calm';
