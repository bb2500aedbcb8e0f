import Foundation

/// What a program that writes files does first.
package enum StandardDescriptors {
  /// Fills the places of standard input, output and error where whoever started the program closed them. The next file
  /// that is opened would get the number of standard error, and what is said to people would be written into it.
  ///
  /// Results that would have gone to a closed standard output are still an error: what stands in its place cannot be
  /// written.
  package static func open() {
    for (descriptor, flags) in [(STDIN_FILENO, O_WRONLY), (STDOUT_FILENO, O_RDONLY), (STDERR_FILENO, O_WRONLY)] {
      guard fcntl(descriptor, F_GETFD) == -1, errno == EBADF else { continue }
      // The lowest free number: those below are taken by now.
      let opened = Foundation.open("/dev/null", flags)
      if opened >= 0, opened != descriptor {
        dup2(opened, descriptor)
        close(opened)
      }
    }
  }

  /// A write past the limit on the size of files, or to a reader that has gone, as `head` does once it has what it wanted,
  /// fails with a reason instead of ending the program without a word.
  package static func letWritesFail() {
    signal(SIGXFSZ, SIG_IGN)
    signal(SIGPIPE, SIG_IGN)
  }
}
