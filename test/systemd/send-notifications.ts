/** Run by notifier.test.ts with NOTIFY_SOCKET set: sends one notification of each kind through the real native part. */
import { createNotifier } from '../../src/systemd/notifier.ts';

const notifier = createNotifier({ environment: process.env, pid: process.pid });
notifier.ready();
notifier.status('head 72066, 3 failing');
notifier.status('%s%s%n 100% sure');
notifier.status('a\nSTOPPING=1\r\n\u001b[31mb');
notifier.status('é😀'.repeat(3000));
notifier.reloading();
notifier.watchdog();
notifier.extendTimeout(1500);
notifier.stopping();
