import { STANDARD_LIBRARY } from './standard-library.ts';

/**
 * Import names whose package has another name on PyPI, as `import package` pairs. A dotted import stands for that module and what is below it.
 * Names that only differ by `_` and `-` are the same to pip and are not listed.
 */
const PAIRS = `
  ruamel.yaml ruamel.yaml
  pyannote.audio pyannote.audio
  azure.storage.blob azure-storage-blob
  azure.identity azure-identity
  azure.core azure-core
  cv2 opencv-python
  sklearn scikit-learn
  skimage scikit-image
  skopt scikit-optimize
  sklearnex scikit-learn-intelex
  imblearn imbalanced-learn
  PIL Pillow
  yaml PyYAML
  bs4 beautifulsoup4
  dotenv python-dotenv
  dateutil python-dateutil
  decouple python-decouple
  slugify python-slugify
  magic python-magic
  docx python-docx
  pptx python-pptx
  multipart python-multipart
  jose python-jose
  telegram python-telegram-bot
  ldap python-ldap
  hcl2 python-hcl2
  snappy python-snappy
  gitlab python-gitlab
  jenkins python-jenkins
  pythonjsonlogger python-json-logger
  socketio python-socketio
  engineio python-engineio
  community python-louvain
  github PyGithub
  git GitPython
  jwt PyJWT
  nacl PyNaCl
  Crypto pycryptodome
  Cryptodome pycryptodomex
  OpenSSL pyOpenSSL
  serial pyserial
  usb pyusb
  usb1 libusb1
  hid hidapi
  bluetooth PyBluez
  smbus smbus2
  RPi RPi.GPIO
  zmq pyzmq
  MySQLdb mysqlclient
  mysql mysql-connector-python
  psycopg2 psycopg2-binary
  psycopg psycopg[binary]
  bson pymongo
  gridfs pymongo
  memcache python-memcached
  rest_framework djangorestframework
  corsheaders django-cors-headers
  django_filters django-filter
  debug_toolbar django-debug-toolbar
  environ django-environ
  allauth django-allauth
  crispy_forms django-crispy-forms
  storages django-storages
  wx wxPython
  gi PyGObject
  cairo pycairo
  gtk PyGObject
  OpenGL PyOpenGL
  sdl2 PySDL2
  win32api pywin32
  win32con pywin32
  win32gui pywin32
  win32com pywin32
  pythoncom pywin32
  pywintypes pywin32
  fitz PyMuPDF
  pdfminer pdfminer.six
  tabula tabula-py
  camelot camelot-py
  odf odfpy
  attr attrs
  pkg_resources setuptools
  distutils setuptools
  _distutils_hack setuptools
  faiss faiss-cpu
  umap umap-learn
  pl_bolts lightning-bolts
  ignite pytorch-ignite
  clip git+https://github.com/openai/CLIP.git
  open_clip open-clip-torch
  whisper openai-whisper
  segment_anything git+https://github.com/facebookresearch/segment-anything.git
  detectron2 git+https://github.com/facebookresearch/detectron2.git
  apex git+https://github.com/NVIDIA/apex.git
  llama_cpp llama-cpp-python
  awq autoawq
  speech_recognition SpeechRecognition
  TTS coqui-tts
  nemo nemo-toolkit
  kerastuner keras-tuner
  cupy cupy-cuda12x
  cudf cudf-cu12
  cuml cuml-cu12
  cugraph cugraph-cu12
  rmm rmm-cu12
  pynvml nvidia-ml-py
  Box2D box2d-py
  haiku dm-haiku
  tree dm-tree
  sonnet dm-sonnet
  acme dm-acme
  mpl_toolkits matplotlib
  pylab matplotlib
  shapefile pyshp
  osgeo GDAL
  ee earthengine-api
  Bio biopython
  openbabel openbabel-wheel
  skbio scikit-bio
  sksurv scikit-survival
  skmultilearn scikit-multilearn
  scikitplot scikit-plot
  skfuzzy scikit-fuzzy
  surprise scikit-surprise
  pandas_profiling ydata-profiling
  talib TA-Lib
  fbprophet prophet
  MeCab mecab-python3
  fasttext fasttext-wheel
  googleapiclient google-api-python-client
  apiclient google-api-python-client
  google.oauth2 google-auth
  google.protobuf protobuf
  google.cloud.translate_v2 google-cloud-translate
  google.cloud.pubsub_v1 google-cloud-pubsub
  google.cloud.secretmanager google-cloud-secret-manager
  vertexai google-cloud-aiplatform
  azureml azureml-core
  googlesearch googlesearch-python
  websocket websocket-client
  socks PySocks
  dns dnspython
  nmap python-nmap
  whois python-whois
  ffmpeg ffmpeg-python
  paddle paddlepaddle
  turbojpeg PyTurboJPEG
  barcode python-barcode
  Xlib python-xlib
  absl absl-py
  grpc grpcio
  grpc_tools grpcio-tools
  past future
  cpuinfo py-cpuinfo
  pyximport Cython
  patoolib patool
  freetype freetype-py
  skvideo scikit-video
  weaviate weaviate-client
  kafka kafka-python
  paho paho-mqtt
  discord discord.py
  slack slackclient
  pushbullet pushbullet.py
  vlc python-vlc
  tlz toolz
  z3 z3-solver
  pysat python-sat
  snowflake.connector snowflake-connector-python
  impala impyla
  telebot pyTelegramBotAPI
  binance python-binance
  dwave dwave-ocean-sdk
  simtk openmm
  skrf scikit-rf
`;

const PACKAGES = new Map(
  PAIRS.trim()
    .split('\n')
    .map(line => line.trim().split(' ') as [string, string]),
);

/** Names people give to files of their own; PyPI has strangers under most of them. */
const LOCAL = new Set(
  'app args base client common conf config configs constants core data database dataset db engine env evaluate eval functions handler helper helpers infer inference lib local logger main model models module modules my network networks options preprocess preprocessing package project scripts server settings src test tests tools train trainer training util utilities utils views'.split(
    ' ',
  ),
);

/**
 * What to `pip install` for an import that failed, from the whole dotted name. Null when no package is to be had: a module of the standard
 * library, or a name that is clearly a file of the user's own.
 */
export function pipName(imported: string): string | null {
  const parts = imported.split('.');
  for (let length = parts.length; length > 0; length--) {
    const found = PACKAGES.get(parts.slice(0, length).join('.'));
    if (found !== undefined) return found;
  }
  if (parts[0] === 'google') return googlePackage(parts);
  const top = parts[0] ?? '';
  if (STANDARD_LIBRARY.has(top) || isLocal(top) || !/^[A-Za-z][\w]*$/.test(top)) return null;
  return top;
}

/** Parts of the shared `google` name: `google.cloud.tasks` is in `google-cloud-tasks`; Colab's own cannot be installed. */
function googlePackage(parts: readonly string[]): string | null {
  if (parts[1] === 'colab') return null;
  if (parts[1] === 'cloud' && parts[2] !== undefined) return `google-cloud-${dashed(parts[2])}`;
  return parts[1] === undefined ? null : `google-${dashed(parts[1])}`;
}

function dashed(name: string): string {
  return name.replace(/_v\d\w*$/, '').replaceAll('_', '-');
}

function isLocal(name: string): boolean {
  return LOCAL.has(name.toLowerCase()) || /^(my|our)_|_(utils|helpers|config|test|local)$|^test_/.test(name);
}
