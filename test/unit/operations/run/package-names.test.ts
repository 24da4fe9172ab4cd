import { expect, test } from 'vitest';
import { pipName } from '../../../../src/operations/run/package-names.ts';

test.each([
  ['cv2', 'opencv-python'],
  ['sklearn', 'scikit-learn'],
  ['sklearn.model_selection', 'scikit-learn'],
  ['PIL', 'Pillow'],
  ['yaml', 'PyYAML'],
  ['bs4', 'beautifulsoup4'],
  ['dotenv', 'python-dotenv'],
  ['skimage', 'scikit-image'],
  ['Crypto', 'pycryptodome'],
  ['OpenSSL', 'pyOpenSSL'],
  ['dateutil', 'python-dateutil'],
  ['jwt', 'PyJWT'],
  ['git', 'GitPython'],
  ['serial', 'pyserial'],
  ['usb', 'pyusb'],
  ['fitz', 'PyMuPDF'],
  ['docx', 'python-docx'],
  ['pptx', 'python-pptx'],
  ['attr', 'attrs'],
  ['magic', 'python-magic'],
  ['MySQLdb', 'mysqlclient'],
  ['psycopg2', 'psycopg2-binary'],
  ['zmq', 'pyzmq'],
  ['win32api', 'pywin32'],
  ['faiss', 'faiss-cpu'],
  ['umap', 'umap-learn'],
  ['llama_cpp', 'llama-cpp-python'],
  ['whisper', 'openai-whisper'],
  ['google.protobuf', 'protobuf'],
  ['google.cloud.bigquery', 'google-cloud-bigquery'],
  ['google.cloud.tasks_v2', 'google-cloud-tasks'],
  ['google.auth.transport', 'google-auth'],
  ['google.generativeai', 'google-generativeai'],
  ['googleapiclient', 'google-api-python-client'],
  ['ruamel.yaml', 'ruamel.yaml'],
  ['azure.storage.blob', 'azure-storage-blob'],
  ['distutils', 'setuptools'],
  ['open_clip', 'open-clip-torch'],
  ['speech_recognition', 'SpeechRecognition'],
  ['mpl_toolkits.mplot3d', 'matplotlib'],
])('%s is in %s', (imported, name) => {
  expect(pipName(imported)).toBe(name);
});

test.each([
  'Levenshtein',
  'torch_geometric',
  'pytorch_lightning',
  'tensorflow_hub',
  'tensorflow_datasets',
  'kaggle_environments',
  'sentence_transformers',
  'flash_attn',
  'transformers',
  'numpy',
])('%s is its own name to pip', name => {
  expect(pipName(name)).toBe(name);
});

test.each([
  'json',
  'asyncio.queues',
  '_ctypes',
  '__main__',
  'tkinter',
  'utils',
  'src.models',
  'my_module',
  'config',
  'test_training',
  'google',
  'google.colab.drive',
  '',
])('%s gets no suggestion', name => {
  expect(pipName(name)).toBeNull();
});
