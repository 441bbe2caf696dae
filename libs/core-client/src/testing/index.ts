export { CONTRACT_CORE, type CoreHarness, describeCore } from './core.contract.js';
export { type ContractDevice, contractDevices } from './contract-devices.js';
