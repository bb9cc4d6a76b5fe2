export {
  type CreateDropDeps,
  type CreatedDrop,
  createDrop,
  type DropSettings,
  refuseTimes,
} from './create-drop.ts';
