/** Every wait has an end, in milliseconds. None of them counts while bytes of that direction flow. */
export interface Deadlines {
  /** Name look-up and TCP (and TLS) connection. */
  readonly connectMs: number;
  /** From A-ASSOCIATE-RQ to its answer; as acceptor, from the connection to a whole A-ASSOCIATE-RQ. */
  readonly associationMs: number;
  /** Between two pieces of one PDU that has begun to arrive. */
  readonly readMs: number;
  /** The peer takes no byte of what we are sending; noticed between one and two times this. */
  readonly writeMs: number;
  /** From the last byte of a request, or the last pending answer, to the next answer. */
  readonly responseMs: number;
  /** From A-RELEASE-RQ to A-RELEASE-RP; also how long a cancelled query may take to end. */
  readonly releaseMs: number;
}

export const defaultDeadlines: Deadlines = {
  connectMs: 10_000,
  associationMs: 15_000,
  readMs: 30_000,
  writeMs: 30_000,
  // An archive that has just got a gigabyte may think for a long time: 15 s were measured, a slow disk needs more.
  responseMs: 120_000,
  releaseMs: 5_000,
};

/** The longest P-DATA-TF we say we take (PS3.8 D.1). */
export const defaultMaxPduBytes = 131_072;
/** The longest we send, whatever the peer takes: nothing gets faster beyond it, and 0 (unlimited) needs an end. */
export const maxSentPduBytes = 131_072;
/** A peer that names no maximum at all is taken to mean the smallest usual one. */
export const assumedMaxPduBytes = 16_384;
/** Below this a PDU holds its PDV header and nothing of value. */
export const minPeerPduBytes = 8;
/** 128 contexts of a few dozen transfer syntaxes fit; more is an attack. */
export const maxAssociatePduBytes = 524_288;
export const maxCommandBytes = 65_536;
/** One answer of a query, or one small data set that is not streamed. */
export const maxDataSetBytes = 4_194_304;
/** Answers waiting for a slow consumer before we stop reading from the network: so many, or so long together. */
export const maxWaitingMessages = 64;
export const maxWaitingBytes = 16_777_216;
/** The answers of one query together: ten thousand long ones of a worklist. What is beyond counts as truncated. */
export const maxAnswersBytes = 67_108_864;
/** Requests of the peer that wait for our answer on an association that we opened. */
export const maxUnansweredRequests = 4;
/** One piece (a megabyte) may take this many times `writeMs` to leave: five minutes, or 3.5 KB/s. */
export const slowestPieceWaits = 10;
