import type { FailureKind } from '../../core/failure.ts';

/** Names by the last part (`requests.exceptions.ReadTimeout` is `ReadTimeout`). Tried in this order. */
const RULES: readonly (readonly [FailureKind, RegExp])[] = [
  ['syntaxError', /^(SyntaxError|IndentationError|TabError)$/],
  ['importError', /^(ImportError|ModuleNotFoundError|PackageNotFoundError)$/],
  [
    'memoryExhausted',
    /^(MemoryError|_?ArrayMemoryError|ResourceExhaustedError|\w*OutOfMemory(Error|Exception)?|\w*OOM(Error|Exception)?)$/,
  ],
  ['interrupted', /^KeyboardInterrupt$/],
  [
    'executionTimeout',
    /Timeout(Error|Expired|Exception)?$|^timeout$|^(Connect|Read|Write|Pool)Timeout|^DeadlineExceeded/,
  ],
  [
    'ioError',
    /^(OSError|IOError|EnvironmentError|WindowsError|File(NotFound|Exists)Error|PermissionError|(IsA|NotA)DirectoryError|BlockingIOError|InterruptedError|ChildProcessError|ProcessLookupError|BrokenPipeError|UnsupportedOperation|SameFileError|SpecialFileError)$/,
  ],
  [
    'ioError',
    /Connection\w*Error$|(HTTP|URL|SSL|Http|Url|Ssl)\w*(Error|Exception)$|^(gaierror|herror|RemoteDisconnected|IncompleteRead|BadStatusLine|ProxyError|MaxRetryError|RetryError|ChunkedEncodingError|ContentDecodingError|TooManyRedirects|ClientError|RemoteProtocolError|ServiceUnavailable)$/,
  ],
  [
    'runtimeError',
    /^(Base)?Exception(Group)?$|^(Arithmetic|Assertion|Attribute|Buffer|EOF|FloatingPoint|Index|Key|Lookup|Name|NotImplemented|Overflow|Recursion|Reference|Runtime|System|Type|UnboundLocal|Unicode|Unicode(De|En)code|UnicodeTranslate|Value|ZeroDivision)Error$/,
  ],
  [
    'runtimeError',
    /^(StopIteration|StopAsyncIteration|GeneratorExit|SystemExit|Warning|(Bytes|Deprecation|Encoding|Future|Import|PendingDeprecation|Resource|Runtime|Syntax|Unicode|User)Warning|JSONDecodeError|CalledProcessError|UsageError|StdinNotImplementedError)$/,
  ],
];

/** These say what happened only together with their message. */
const VAGUE =
  /^(RuntimeError|Exception|SystemError|OSError|InternalError|XlaRuntimeError|JaxRuntimeError|AcceleratorError|\w*Cuda\w*Error|\w*CUDA\w*Error|CUBLASError|CuDNNError|\w*LibraryError)$/;

/** What frameworks write when an allocation failed; read in remote text only. */
const OUT_OF_MEMORY =
  /out of memory|cudaErrorMemoryAllocation|CU(BLAS|DNN|SPARSE|FFT|SOLVER)_STATUS_ALLOC_FAILED|RESOURCE_EXHAUSTED|std::bad_alloc|Unable to allocate [\d.]+ \w*B\b|(can't|cannot) allocate memory|not enough memory|failed to allocate/i;

/** Catalogue row of a Python exception: by its name, and by its message where the name alone does not tell. */
export function kindOfException(name: string, message: string): FailureKind {
  const known = RULES.find(([, pattern]) => pattern.test(name))?.[0];
  const vague = known === undefined || VAGUE.test(name);
  if (vague && OUT_OF_MEMORY.test(message)) return 'memoryExhausted';
  if (vague && /No space left on device/i.test(message)) return 'ioError';
  return known ?? 'unknownException';
}

/** True for the last lines of a program that died for want of memory. */
export function tellsOfMemory(text: string): boolean {
  return OUT_OF_MEMORY.test(text) || /^MemoryError\b/m.test(text);
}

/** `torch.cuda.OutOfMemoryError` is `OutOfMemoryError`. */
export function lastPart(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1);
}
