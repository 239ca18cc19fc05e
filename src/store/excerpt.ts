/**
 * SQL: whether the instance `i` is an excerpt of a clip, made for a node that takes no video: stills of key frames, or
 * single pictures, of which a long clip is thinned out. It never makes the clip itself safe (decision 011).
 */
export const isExcerptSql = "(i.rendition LIKE 'keyFrames%' OR i.rendition LIKE 'multiFrameTrueColor%')";
