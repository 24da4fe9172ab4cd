// The recordings of the documentation: what is typed, line by line. See scripts/record.mjs.
const cell = (source, tags) => ({ cell_type: 'code', metadata: { tags }, execution_count: null, outputs: [], source });
/** The first cell holds the parameters. */
function notebook(sources) {
  const cells = sources.map((source, id) => ({ id: `c${id}`, ...cell(source, id === 0 ? ['parameters'] : []) }));
  return JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata: {}, cells });
}

const LOCAL = ['lecoder-cgpu connect --runtime local --no-shell'];
const LEAVE = ['lecoder-cgpu disconnect --all --runtime local'];
const GONE = ['lecoder-cgpu emulator stop'];

export const TAKES = {
  run: {
    title: 'Python and shell commands on a runtime, and how they end',
    steps: [
      `lecoder-cgpu run --runtime local -k "print('hello'); 6 * 7"`,
      'lecoder-cgpu run -k "rows = [n ** 2 for n in range(5)]"',
      'lecoder-cgpu run -k "sum(rows)"',
      'echo "some data" | lecoder-cgpu run "tr a-z A-Z"',
      'lecoder-cgpu run -k "import cv2" 2>&1 | tail -n 2',
      'lecoder-cgpu run --timeout 1 "sleep 100"; echo "exit code $?"',
      `lecoder-cgpu run --json -k "1 + 1" | jq -c '{success, result, errorCode}'`,
    ],
    after: LEAVE,
  },
  'sign-in': {
    title: 'Signing in and a first machine, here with the emulator in place of Google',
    before: ['lecoder-cgpu emulator start --auto-approve'],
    steps: [
      'eval "$(lecoder-cgpu emulator env)"; unset LECODER_REFRESH_TOKEN',
      'lecoder-cgpu auth login',
      'lecoder-cgpu auth status',
      'lecoder-cgpu connect --gpu T4 --no-shell',
      'lecoder-cgpu run -k "import platform; platform.system()"',
      'lecoder-cgpu disconnect',
    ],
    after: GONE,
  },
  money: {
    title: 'What runs, what is left, and giving machines back, with the emulator',
    columns: 112,
    before: ['lecoder-cgpu emulator start --capacity A100=0'],
    steps: [
      'eval "$(lecoder-cgpu emulator env)"',
      'lecoder-cgpu connect --gpu A100 --no-shell',
      'lecoder-cgpu connect --gpu A100,L4 --name training --no-shell',
      'lecoder-cgpu sessions list',
      'lecoder-cgpu usage',
      'lecoder-cgpu disconnect --all',
    ],
    after: GONE,
  },
  connect: {
    title: 'A shell on the machine, and a Python prompt',
    columns: 88,
    before: LOCAL,
    steps: [
      { line: 'lecoder-cgpu connect', until: 'machine:' },
      { line: 'echo "here, $((6 * 7))" > note.txt; cat note.txt; rm note.txt', until: 'machine:' },
      'exit',
      { line: 'lecoder-cgpu connect -m kernel', until: 'In [' },
      { line: 'def area(r):', until: '...:' },
      { line: 'return 3.14159 * r ** 2', until: '...:' },
      { line: '', until: 'In [' },
      { line: 'area(2)', until: 'In [' },
      { line: '1 / 0', until: 'In [' },
      'exit',
      'lecoder-cgpu run -k "area(3)"',
    ],
    after: LEAVE,
  },
  files: {
    title: 'Files there and back, and a folder that is kept the same',
    files: {
      'train.py': 'print("training")\n',
      'data/a.csv': 'x,y\n1,2\n'.repeat(2000),
      'data/b.csv': 'x,y\n3,4\n'.repeat(5000),
      '.gitignore': 'scratch/\n',
      'scratch/notes': 'mine\n',
    },
    before: LOCAL,
    steps: [
      'lecoder-cgpu upload data work/',
      'lecoder-cgpu files ls -l work/data',
      'lecoder-cgpu sync . work',
      'echo "print(\\"better\\")" >> train.py',
      'lecoder-cgpu sync . work',
      'lecoder-cgpu run --folder work "python3 train.py | tee result.txt"',
      'lecoder-cgpu download work/result.txt',
    ],
    after: LEAVE,
  },
  notebook: {
    title: 'A notebook that fails, is mended, and goes on where it stopped',
    files: {
      'train.ipynb': notebook([
        'lr = 1.0',
        'weights = [lr * n for n in range(3)]\nprint("a long preparation", weights)',
        'loss = sum(weights) / len(wieghts)',
        'print(f"loss {loss:.2f}")',
      ]),
    },
    before: LOCAL,
    steps: [
      'lecoder-cgpu notebook run train.ipynb -p lr=0.1',
      'sed -i s/wieghts/weights/ train.ipynb',
      'lecoder-cgpu notebook run train.ipynb -p lr=0.1 --resume',
      'lecoder-cgpu notebook export train.out.ipynb --to md,py',
    ],
    after: LEAVE,
  },
  forward: {
    title: 'A web server on the runtime, reachable here',
    columns: 104,
    before: LOCAL,
    steps: [
      "lecoder-cgpu run 'setsid timeout 30 python3 -m http.server 8801 >/dev/null 2>&1 &'",
      'lecoder-cgpu forward 8080:8801 --for 6s & sleep 2; curl -sI localhost:8080 | head -n 2; wait',
    ],
    after: LEAVE,
  },
};
