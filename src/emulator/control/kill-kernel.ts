import { request } from 'node:http';
import type { Machine } from '../machine/machine.ts';
import type { World } from '../world.ts';
import { machinesOf, type Order } from './order.ts';

/** Ends the process of a kernel, as running out of memory does. Jupyter starts it again by itself. */
export async function killKernel(world: World, order: Order): Promise<object> {
  const killed: string[] = [];
  for (const machine of machinesOf(world, order)) {
    const port = await machine.vm.ready();
    const kernels = (await ask(machine, port, 'GET', '/api/kernels')) as { id: string }[];
    for (const { id } of kernels.filter(kernel => order.kernel === undefined || order.kernel === kernel.id)) {
      if (machine.vm.kill(id)) killed.push(id);
    }
  }
  return { killed };
}

function ask(machine: Machine, port: number, method: string, path: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `token ${machine.vm.token}` };
    request({ host: '127.0.0.1', port, method, path, headers }, answer => {
      let text = '';
      answer.setEncoding('utf8').on('data', chunk => (text += chunk));
      answer.once('end', () => resolve(JSON.parse(text)));
    })
      .once('error', reject)
      .end();
  });
}
