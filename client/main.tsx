/** Entry of the pages: theme, session, router, frame. */
import { render } from 'preact';
import './ui/styles.css';
import './shell/shell.css';
import { startRouter } from './router.ts';
import { onLeave, resume } from './session.ts';
import { noteVia } from './sharing/note.ts';
import { findPage } from './shell/pages.ts';
import { Shell } from './shell/shell.tsx';
import { applyTheme } from './shell/theme.ts';
import { forgetTickets } from './tickets/forget.ts';

applyTheme();
// Whoever logs in next on this device must not find these.
onLeave(() => void forgetTickets());
startRouter((path) => findPage(path) !== null);

try {
  noteVia(window.location.search, Date.now(), localStorage);
} catch {
  // Storage refused: then nobody is known to have sent this fan.
}

const root = document.getElementById('app');
if (!root) throw new Error('index.html has no #app');
render(<Shell />, root);
void resume();
