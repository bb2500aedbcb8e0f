#include "CSentencePiece.h"

#include <cstdlib>
#include <cstring>

void csp_free(void *memory) { free(memory); }

// The bootstrap makes this header visible where pkg-config finds SentencePiece.
#if !__has_include(<swiftlet-has-sentencepiece.h>)

static char *missing() { return strdup("this build has no SentencePiece"); }

bool csp_is_present(void) { return false; }
char *csp_train(const char *, const size_t *, size_t, size_t, uint8_t **, size_t *) { return missing(); }
char *csp_open(const uint8_t *, size_t, csp_tokenizer **) { return missing(); }
void csp_close(csp_tokenizer *) {}
size_t csp_size(const csp_tokenizer *) { return 0; }
const char *csp_piece(const csp_tokenizer *, size_t, size_t *length) {
  *length = 0;
  return "";
}
bool csp_is_byte(const csp_tokenizer *, size_t) { return false; }
char *csp_encode(const csp_tokenizer *, const char *, size_t, int32_t **, size_t *) { return missing(); }
char *csp_divide(const csp_tokenizer *, const char *, size_t, size_t, int32_t **, size_t **, float **, size_t *) {
  return missing();
}

#else

#include <sentencepiece_processor.h>
#include <sentencepiece_trainer.h>

#include <exception>
#include <memory>
#include <string>
#include <vector>

namespace sp = sentencepiece;

struct csp_tokenizer {
  sp::SentencePieceProcessor processor;
};

namespace {

/// Runs `body`; a status that is no success and any exception become a message.
template <typename Body>
char *guarded(Body &&body) noexcept {
  try {
    const sp::util::Status status = body();
    return status.ok() ? nullptr : strdup(status.error_message());
  } catch (const std::exception &error) {
    return strdup(error.what());
  } catch (...) {
    return strdup("an unknown exception was thrown by SentencePiece");
  }
}

template <typename Element>
Element *copied(const std::vector<Element> &elements) {
  auto *copy = static_cast<Element *>(malloc(elements.size() * sizeof(Element) + 1));
  if (copy == nullptr) throw std::bad_alloc();
  if (!elements.empty()) memcpy(copy, elements.data(), elements.size() * sizeof(Element));
  return copy;
}

class Lines : public sp::SentenceIterator {
 public:
  Lines(const char *bytes, const size_t *ends, size_t count) : bytes_(bytes), ends_(ends), count_(count) { read(); }

  bool done() const override { return place_ >= count_; }
  void Next() override {
    ++place_;
    read();
  }
  const std::string &value() const override { return line_; }
  sp::util::Status status() const override { return {}; }

 private:
  void read() {
    if (done()) return;
    const size_t start = place_ == 0 ? 0 : ends_[place_ - 1];
    line_.assign(bytes_ + start, ends_[place_] - start);
  }

  const char *bytes_;
  const size_t *ends_;
  size_t count_;
  size_t place_ = 0;
  std::string line_;
};

}  // namespace

bool csp_is_present(void) { return true; }

char *csp_train(const char *bytes, const size_t *ends, size_t count, size_t vocabulary, uint8_t **model,
                size_t *model_size) {
  return guarded([&] {
    Lines lines(bytes, ends, count);
    std::string serialized;
    const sp::util::Status status = sp::SentencePieceTrainer::Train(
        {{"model_type", "unigram"},
         {"vocab_size", std::to_string(vocabulary)},
         {"hard_vocab_limit", "false"},
         {"byte_fallback", "true"},
         {"character_coverage", "0.9995"},
         {"normalization_rule_name", "nmt_nfkc_cf"},
         // With more threads the vocabulary depends on their number.
         {"num_threads", "1"},
         {"pad_id", std::to_string(csp_pad)},
         {"pad_piece", "[PAD]"},
         {"unk_id", std::to_string(csp_unknown)},
         {"unk_piece", "[UNK]"},
         {"bos_id", std::to_string(csp_first)},
         {"bos_piece", "[CLS]"},
         {"eos_id", std::to_string(csp_last)},
         {"eos_piece", "[SEP]"},
         // Control symbols are never found in a text; they follow the four above.
         {"control_symbols", "[MASK]"},
         {"minloglevel", "3"}},
        &lines, &serialized);
    if (!status.ok()) return status;
    std::vector<uint8_t> result(serialized.begin(), serialized.end());
    *model = copied(result);
    *model_size = result.size();
    return status;
  });
}

char *csp_open(const uint8_t *model, size_t size, csp_tokenizer **result) {
  return guarded([&] {
    auto tokenizer = std::make_unique<csp_tokenizer>();
    const sp::util::Status status = tokenizer->processor.LoadFromSerializedProto(
        absl::string_view(reinterpret_cast<const char *>(model), size));
    if (status.ok()) *result = tokenizer.release();
    return status;
  });
}

void csp_close(csp_tokenizer *tokenizer) { delete tokenizer; }

size_t csp_size(const csp_tokenizer *tokenizer) { return static_cast<size_t>(tokenizer->processor.GetPieceSize()); }

const char *csp_piece(const csp_tokenizer *tokenizer, size_t id, size_t *length) {
  const std::string &piece = tokenizer->processor.IdToPiece(static_cast<int>(id));
  *length = piece.size();
  return piece.data();
}

bool csp_is_byte(const csp_tokenizer *tokenizer, size_t id) {
  return tokenizer->processor.IsByte(static_cast<int>(id));
}

char *csp_encode(const csp_tokenizer *tokenizer, const char *text, size_t length, int32_t **ids, size_t *count) {
  return guarded([&] {
    std::vector<int> found;
    const sp::util::Status status = tokenizer->processor.Encode(absl::string_view(text, length), &found);
    if (!status.ok()) return status;
    *ids = copied(std::vector<int32_t>(found.begin(), found.end()));
    *count = found.size();
    return status;
  });
}

char *csp_divide(const csp_tokenizer *tokenizer, const char *text, size_t length, size_t most, int32_t **ids,
                 size_t **ends, float **scores, size_t *count) {
  return guarded([&] {
    const auto ways = tokenizer->processor.NBestEncodeAsImmutableProto(absl::string_view(text, length),
                                                                       static_cast<int>(most));
    std::vector<int32_t> all;
    std::vector<size_t> stops;
    std::vector<float> likelihoods;
    for (size_t way = 0; way < ways.nbests_size(); ++way) {
      const auto division = ways.nbests(static_cast<int>(way));
      for (const auto &piece : division.pieces()) all.push_back(static_cast<int32_t>(piece.id()));
      stops.push_back(all.size());
      likelihoods.push_back(division.score());
    }
    *ids = copied(all);
    *ends = copied(stops);
    *scores = copied(likelihoods);
    *count = stops.size();
    return sp::util::Status();
  });
}

#endif
