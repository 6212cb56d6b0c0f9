#pragma once

#include <string>
#include <utility>
#include <vector>

#include <descent/autodiff/tree/leaves.hpp>
#include <descent/data/safetensors.hpp>

namespace descent::inline v1 {
namespace data {

/// The tensors of the file in the order of the tree's present leaves, matched by name.
/// throws  as loaded()
std::vector<Tensor> read_leaves(const std::string& path, tree::View like);

}  // namespace data

/// Saves the leaves of any tree, buffers and integers included, as a safetensors file, under their names by path
/// ("hidden.weight"). Absent leaves are left out, a shared one is there once. The file is replaced atomically.
///
/// throws  FileError, and the old file is as it was; TreeError: two leaves of one name; AbstractError
void save(const std::string& path, tree::View tree, const data::Metadata& metadata = {});

/// The tree `like` with its leaves from a file, found by name. Strict: the file has the leaves that are present in `like`, no others,
/// each of the same shape and dtype; their values in `like` do not matter.
///
/// throws  FileError, FormatError: as read_safetensors; TreeError: one sentence with every name that is missing, not expected or of
///         another shape or dtype
template <class T> T loaded(const std::string& path, T like) {
  tree::assign(like, data::read_leaves(path, like));
  return like;
}

/// The same into a tree where it is; on failure it is as before.
template <class T> void load(const std::string& path, T& tree) { tree = loaded(path, T(tree)); }

}  // namespace descent::inline v1
