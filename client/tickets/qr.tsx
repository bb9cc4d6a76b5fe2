/**
 * A ticket's QR code. The server draws it; we take only its paths, so that nothing a picture could carry is put into
 * the page, and it prints sharp at any size.
 */
import { useEffect, useState } from 'preact/hooks';
import { ApiError } from '../api.ts';
import { api } from '../session.ts';
import { ticketTexts as texts } from '../texts/tickets.ts';
import { keepQr, keptQr } from './kept.ts';
import { type Drawing, readDrawing } from './qr-drawing.ts';

async function drawingOf(ticketId: string): Promise<Drawing | null> {
  const kept = await keptQr(ticketId);
  try {
    const svg = await api.text(`/tickets/${ticketId}/qr?format=svg`);
    await keepQr(ticketId, svg);
    return readDrawing(svg);
  } catch (error) {
    if (!(error instanceof ApiError) || !kept) throw error;
    return readDrawing(kept);
  }
}

export function QrCode(props: { ticketId: string; label: string }) {
  const [drawing, setDrawing] = useState<Drawing | null>(null);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    let here = true;
    drawingOf(props.ticketId).then(
      (found) => {
        if (!here) return;
        setDrawing(found);
        setFailed(!found);
      },
      () => here && setFailed(true),
    );
    return () => {
      here = false;
    };
  }, [props.ticketId]);
  if (!drawing)
    return (
      <div class="qr qr-empty" role="status">
        {failed ? <p>{texts.qrFailed}</p> : <span class="sr">{texts.qrLoading}</span>}
      </div>
    );
  return (
    <div class="qr">
      <svg viewBox={drawing.viewBox} role="img" aria-label={props.label} shape-rendering="crispEdges">
        {drawing.paths.map((path, index) => (
          <path key={index} d={path.d} fill={path.fill ?? 'none'} stroke={path.stroke ?? 'none'} />
        ))}
      </svg>
    </div>
  );
}
