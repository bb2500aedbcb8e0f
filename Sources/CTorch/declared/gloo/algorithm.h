// libtorch holds Gloo and does not bring its headers. c10d's own header names a few of Gloo's types and looks into none of
// them: the declarations in this folder are what it needs to be read.
#pragma once
