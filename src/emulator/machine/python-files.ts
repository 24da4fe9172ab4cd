import authenticate from '../python/colab_auth.py';
import drive from '../python/colab_drive.py';
import errors from '../python/colab_errors.py';
import init from '../python/colab_init.py';
import kernel from '../python/colab_kernel.py';
import message from '../python/colab_message.py';
import output from '../python/colab_output.py';
import place from '../python/colab_place.py';
import systemCommands from '../python/colab_system_commands.py';
import userdata from '../python/colab_userdata.py';
import kernelLauncher from '../python/kernel_launcher.py';
import nvidiaSmi from '../python/nvidia_smi.py';
import serverLauncher from '../python/server_launcher.py';
import terminal from '../python/terminal.py';

/** What a machine's `lib` folder holds, which is on the path of its kernels. */
export const LIBRARY: Readonly<Record<string, string>> = {
  'colab_kernel_launcher.py': kernelLauncher,
  'google/colab/__init__.py': init,
  'google/colab/_kernel.py': kernel,
  'google/colab/_message.py': message,
  'google/colab/_place.py': place,
  'google/colab/_system_commands.py': systemCommands,
  'google/colab/auth.py': authenticate,
  'google/colab/drive.py': drive,
  'google/colab/errors.py': errors,
  'google/colab/output.py': output,
  'google/colab/userdata.py': userdata,
};

export const SERVER_LAUNCHER = serverLauncher;
export const NVIDIA_SMI = nvidiaSmi;
export const TERMINAL = terminal;
