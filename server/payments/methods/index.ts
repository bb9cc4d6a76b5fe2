export { createCardForms } from './card-forms.ts';
export { type Choose, type Chosen, createChoose } from './choose.ts';
export { createManage, type Manage, unidentified } from './manage.ts';
export type { WayProvider } from './method.ts';
export {
  createOwnProviders,
  type MadeProvider,
  type OwnAccount,
  type OwnProviders,
} from './own-providers.ts';
export { methodRoutes } from './routes.ts';
