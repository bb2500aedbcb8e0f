// Subword tokens by SentencePiece, behind a small C ABI.
//
// Every call that can fail returns NULL, or a message that `csp_free` releases. Lists that a call hands out are released by
// `csp_free` too. An opened tokenizer is immutable: several threads may use it at once.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct csp_tokenizer csp_tokenizer;

/// Whether this build has SentencePiece; without it every call that can fail says so.
bool csp_is_present(void);

/// Ids of the symbols that no text contains; the same in every model that `csp_train` makes.
enum { csp_pad = 0, csp_unknown = 1, csp_first = 2, csp_last = 3, csp_mask = 4, csp_symbols = 5 };

/// Trains a unigram model: the same bytes for the same lines, whatever the machine's number of cores.
///
/// - bytes: the lines in UTF-8 one after another, without ends of lines; `ends[i]` is where line i ends.
/// - vocabulary: the most entries, symbols included. There are fewer if the lines have no more.
char *csp_train(const char *bytes, const size_t *ends, size_t count, size_t vocabulary, uint8_t **model,
                size_t *model_size);

char *csp_open(const uint8_t *model, size_t size, csp_tokenizer **result);
void csp_close(csp_tokenizer *tokenizer);

/// The number of entries.
size_t csp_size(const csp_tokenizer *tokenizer);

/// The entry with this id, in UTF-8 and without a final zero; it lives as long as the tokenizer.
const char *csp_piece(const csp_tokenizer *tokenizer, size_t id, size_t *length);

/// Whether an entry is a byte of a character that the vocabulary lacks.
bool csp_is_byte(const csp_tokenizer *tokenizer, size_t id);

/// The most likely tokens of a text.
char *csp_encode(const csp_tokenizer *tokenizer, const char *text, size_t length, int32_t **ids, size_t *count);

/// The most likely ways to divide a text into tokens, the likeliest first.
///
/// - ids: the tokens of all ways one after another; `ends[i]` is where way i ends.
/// - scores: the log-likelihood of each way.
char *csp_divide(const csp_tokenizer *tokenizer, const char *text, size_t length, size_t most, int32_t **ids,
                 size_t **ends, float **scores, size_t *count);

void csp_free(void *memory);

#ifdef __cplusplus
}
#endif
