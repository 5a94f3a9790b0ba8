/**
 * A number for each kind of message, by which the journal finds its explanation
 * in `systemd/order-monit.catalog` (journalctl -x) and other programs know it
 * whatever its wording (sd-id128(3)). They never change.
 */
export const MESSAGE_IDS: Readonly<Record<string, string>> = {
  started: '5cc7085f4b59eabea0d2a3f9b935d1cd',
  stopping: '6f36507f0c737846f85b7d232687f058',
  stopped: '45b92b351406c4ebecf6953801d121d3',
  reloaded: '1ec593a75b0b8c378c399a5eb14c8bad',
  'reload-failed': 'b8bd78278faac65bea08fe0964f2908e',
  hung: '894350bdd73a5dd23032b8488681cea3',
  fatal: '993519c5275fe0a3262ad23a9fd3f3a9',
  verdict: 'a9d4d4985525adc1ad06179753404156',
  'given-up': '1c0be7f361b945580823fc9738a7bd09',
  'command-started': 'c2fabccb1feef440d468ca05f517d61e',
  'command-ended': 'a2f21610bf761973decbc839ff330b2c',
  repaired: 'ec4116dc0eb40f6cc7016e97aad1d8e5',
  'not-repaired': '371f2633199face889ac08ff8cb6204f',
  'row-gone': '73383555b42c2c32cda8ba2cba5a45f2',
  retry: 'e3a61716f562c76539ec4dce77daabcb',
  down: 'fab66e0f77eb83c73fd5e673351f8a15',
  up: 'b2a2564e84befb75791bf7d44521971b',
  checkpoint: 'df851d488de71f72344f70faff9e7bf0',
  'log-lines-lost': '6f1fc0dae7020ceaa53d84369c2ce0f2',
};
