/**
 * Addresses in the kernels' memory, in bytes. AssemblyScript compiles this file too: constants only.
 *
 * | range | content |
 * |---|---|
 * | 0 … 63 | never used: a null pointer points here |
 * | CONSTANTS … 2047 | f32 and i32 constants of the kernels, written by the host, read by splatting loads |
 * | DIGITAL_CONSTANTS … 3071 | those of the digital unit's kernels |
 * | DIGITAL_SCRATCH … 4095 | what the digital unit's kernels put down within a call: one thread a memory |
 * | 8192 … 65535 | data that the compiler places |
 * | HEAP … | everything else, placed by the host |
 *
 * A constant in memory is one load; a constant in the code is three instructions on x64, and inner loops use many.
 */
export const CONSTANTS = 64;
export const DIGITAL_CONSTANTS = 2048;
export const DIGITAL_SCRATCH = 3072;
export const HEAP = 65536;

/**
 * Constants, offsets from CONSTANTS; wasm/constants.ts writes them. Each stands in eight lanes, so that a kernel takes
 * it with one load of a fixed address. Those of the Gaussian first.
 */
export const C_HALF = 0;
export const C_SQRT_HALF_BITS = 32;
export const C_ONE = 64;
/** Coefficients of polynomials follow each other. */
export const C_STEP = 32;
export const C_LN = 96;
export const C_THIRTY_ONE = 320;
export const C_LN2 = 352;
export const C_ZERO = 384;
export const C_MINUS_TWO = 416;
export const C_TWO_TO_MINUS_31 = 448;
export const C_SIN = 480;
export const C_COS = 608;
/** The lanes' own numbers 0 … 7, i32. */
export const C_LANES = 768;
/** 1.5·2²³, and its bits: adding it rounds to an integer, subtracting its bits leaves that integer. */
export const C_ROUND = 800;
export const C_ROUND_BITS = 832;

/** Columns of a strip: what a thread takes on at a time. */
export const STRIP = 64;
/** Columns are stored in multiples of this. */
export const COLUMN_STEP = 32;
/** Rows whose sums are held at once. */
export const ROW_CHUNK = 48;
/** Inputs of a block of the f32 product. */
export const FLOAT_BLOCK = 512;

/** A coefficient: address of its values, bytes from one tile's values to the next, mask of a column's offset. */
export const COEFFICIENT_BYTES = 12;

/** Fields of programmed tiles; i32 unless stated. */
export const M_K = 0;
export const M_N = 4;
/** Columns with padding. */
export const M_COLUMNS = 8;
export const M_TILE_ROWS = 12;
export const M_TILES = 16;
export const M_SLICES = 20;
/** Codes: slice by slice, tile by tile, panel by panel; bytes of a slice and of a whole tile. */
export const M_CODES = 24;
export const M_SLICE_BYTES = 28;
export const M_TILE_BYTES = 32;
/** 0 none, 1 constant, 2 input norm, 3 variance. */
export const M_FORM = 36;
/** Coefficients, from here on COEFFICIENT_BYTES apart: full scale, σ, six variances, step, inverse step, ‖w‖. */
export const M_FULL_SCALE = 40;
export const M_SIGMA = 52;
export const M_VARIANCES = 64;
export const M_STEP = 136;
export const M_INVERSE_STEP = 148;
export const M_WEIGHT_NORM = 160;
/** 1 where there is an output converter; 1 where its range follows the operands' norms. */
export const M_OUTPUT = 172;
export const M_BY_NORM = 176;
/** f32: least and greatest code. */
export const M_LEAST = 180;
export const M_GREATEST = 184;
/** 0 none, 1 table, 2 clamp, 3 compressive, 4 cubic; two f32 parameters; the table and its last index. */
export const M_TRANSFER = 188;
export const M_TRANSFER_A = 192;
export const M_TRANSFER_B = 196;
export const M_TABLE = 200;
export const M_TABLE_LAST = 204;
/** 1 where outputs have balanced shot noise, 2 where detectors count; f64: photons per MAC or gain, Poisson threshold. */
export const M_SHOT = 208;
export const M_PHOTONS = 216;
export const M_POISSON_BELOW = 224;
/** Number and address of the passes. */
export const M_PASSES = 232;
export const M_PASS_LIST = 236;
/** Low bits of codes that are multiplied apart; 1 where magnitudes, or squares, are multiplied too. */
export const M_SPLIT = 240;
export const M_ASKS_MAGNITUDES = 244;
export const M_ASKS_SQUARES = 248;
/** f32: unit of their products. */
export const M_MAGNITUDE_UNIT = 252;
/** 1 where ‖x‖ is asked for. */
export const M_ASKS_NORM = 256;
/** f32: largest DAC code. 0 abs-max, 1 fixed, 2 given by the host; f32: its factor. 1 where rounding is stochastic. */
export const M_INPUT_LIMIT = 260;
export const M_SCALE = 264;
export const M_SCALE_FACTOR = 268;
export const M_STOCHASTIC = 272;
/** Rounds and columns of bound management; 0 rounds without. */
export const M_BOUND_ROUNDS = 276;
export const M_BOUND_COLUMNS = 280;
/** f32: unit of a product with voltages. */
export const M_ANALOG_UNIT = 284;
/** Coefficients of the detectors' counts: dark, power, product. */
export const M_COUNTS = 288;
/** Codes of what stands for |w| in the noise, laid out like M_CODES; M_CODES itself where nothing else does. */
export const M_MAGNITUDE_CODES = 324;
export const MATRIX_BYTES = 384;

/** Fields of a pass. 0 both, 1 positive, 2 negative, 3 two's complement. */
export const P_SIGN = 0;
export const P_SHIFT = 4;
export const P_MASK = 8;
/** f64: code of one analog unit. */
export const P_LIMIT = 16;
/** f32: share of the row's scale; unit of the product of codes. */
export const P_WEIGHT = 24;
export const P_UNIT = 28;
/** Codes of magnitudes and squares, int16 by |code|. */
export const P_MAGNITUDES = 32;
export const P_SQUARES = 36;
/** f32: what |code| or code² times it, rounded, gives those; 0 where none does for every code. */
export const P_MAGNITUDE_FACTOR = 40;
export const P_SQUARE_FACTOR = 44;
export const PASS_BYTES = 48;

/** Fields of a job. */
export const J_MATRIX = 0;
export const J_ROWS = 4;
/** Activations, rows × J_X_STRIDE bytes, zero beyond k. */
export const J_X = 8;
export const J_X_STRIDE = 12;
/** Outputs, rows × columns with padding. */
export const J_Y = 16;
/** Keys of the draws, four words a row. */
export const J_KEYS = 20;
/** f32 per row: the scale, 0 for a row that no converter sees. */
export const J_SCALES = 24;
/** DAC codes, int16, rows × half of J_X_STRIDE bytes. */
export const J_CODES = 28;
/** Packed codes: pass by pass, variant by variant, tile by tile; bytes of a variant and how many there are. */
export const J_PACKED = 32;
export const J_VARIANT_BYTES = 36;
export const J_VARIANTS = 40;
/** f32 ‖x‖: pass × tile × row. */
export const J_NORMS = 44;
/** Σ signal² and Σ noise² of each row and strip, f64. */
export const J_SQUARES = 48;
export const J_COLUMN_START = 52;
/** SECOND where the matrix is a chain's second. */
export const J_STREAM = 56;
/** 1 where inputs are voltages: J_X, limited to ±1. */
export const J_ANALOG = 60;
/** f32: what the sums of an analog job are multiplied by. */
export const J_RANGE = 64;
/** Saturated inputs, i64. */
export const J_DAC_SATURATED = 72;
/** 1 to read four rows × 16 columns at a time. */
export const J_WIDE = 80;
/** Strips in all; the next one that no thread has taken; threads that are still at work. */
export const J_STRIPS = 84;
export const J_NEXT = 88;
export const J_BUSY = 92;
/** 0 tiles, 1 f32 product. */
export const J_KIND = 96;
/** Of an f32 product: weights, columns with padding, k, packed rows. */
export const J_WEIGHTS = 100;
export const J_COLUMNS = 104;
export const J_K = 108;
/** Readings beyond the first of each row and group of columns, i32: of all its tiles, and the most of one. */
export const J_REREADS = 112;
export const JOB_BYTES = 128;

/** A law of a gate circuit: f32 range, f32 steps per unit, last index, address of its values. */
export const LAW_RANGE = 0;
export const LAW_SCALE = 4;
export const LAW_LAST = 8;
export const LAW_VALUES = 12;
export const LAW_BYTES = 16;
/** A gate circuit: four laws, the address of its statics, bytes from one kind of them to the next. */
export const CIRCUIT_STATICS = 64;
export const CIRCUIT_STRIDE = 68;
export const CIRCUIT_BYTES = 128;

/** A thread's scratch: addresses relative to its start. */
export const S_KEY = 0;
/** Saturated outputs, i64; lanes of counters. */
export const S_ADC_SATURATED = 128;
export const S_LANES = 160;
export const S_NORMALS = 256;
export const S_ANALOG = 1024;
export const S_SPREAD = 1280;
export const S_MAGNITUDE_SUMS = 1536;
export const S_SAVED = 2048;
/** One tile's inputs of one row: codes, packed alone, up to 1024 int16; then magnitudes and squares of them. */
export const S_ROW_CODES = 4096;
export const S_ROW_VARIANTS = 6144;
/** Normals of up to 16 rows × 96 columns. */
export const S_BATCH = 8192;
/** Outputs and clean sums of a chunk of rows, up to 256 columns. */
export const S_Y = 16384;
export const S_CLEAN = 65536;
/** Sums of a chunk of rows: four variants of ROW_CHUNK × STRIP. */
export const S_SUMS = 114688;
export const SCRATCH_BYTES = 163840;
