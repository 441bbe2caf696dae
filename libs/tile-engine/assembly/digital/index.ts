export { addInto } from './add';
