/** The shared pieces of every page. The sheet is imported once, by the entry: `ui/styles.css`. */
export { Art, seeded } from './art.tsx';
export { BigNumber, glide } from './big-number.tsx';
export { Button, type ButtonProps } from './button.tsx';
export { Card, Facts, Fold } from './card.tsx';
export { classes } from './classes.ts';
export { Dialog } from './dialog.tsx';
export { Field, type FieldProps, Select } from './field.tsx';
export { Bar, Money, Tag, Timer } from './figures.tsx';
export * from './format.ts';
export { Header } from './header.tsx';
export { Brand, Mark } from './mark.tsx';
export { Notice } from './notice.tsx';
export { formatAge, speakDuration } from './spoken.ts';
