;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; Weighbridge out of this checkout, for GNU Guix:
;;;
;;;   guix shell -f guix.scm -- weighbridge check --range origin/master..
;;;   guix package -f guix.scm
;;;
;;; Guix has every dependency that pyproject.toml names but five, which are
;;; packaged here, new enough for it: aiosmtplib, dkimpy, IMAPClient, mail-parser
;;; and unidiff.  Their hashes are those of the releases' source archives, as in
;;; constraints/run.txt.  Looked at was Guix as of 43770a9 (21 March 2026), with
;;; whose versions of the libraries Weighbridge was tested.  Its modules
;;; evaluated this file before dkimpy, dnspython, GnuPG, Jinja2 and
;;; publicsuffixlist were added, which were looked up in its source; it was not
;;; built, for want of Guix's daemon.
;;; The optional dependency is left out: SQLite serves where python-psycopg
;;; would.
;;;
;;; Nothing is tested while it is built: the tests start mail servers and
;;; archives.  Guix's own sanity check of each Python package remains: that
;;; all modules load and that all requirements are there.

(use-modules (guix build-system pyproject)
             ((guix build-system python) #:select (pypi-uri))
             (guix download)
             (guix gexp)
             (guix git-download)
             ((guix licenses) #:prefix license:)
             (guix packages)
             (guix utils)
             (gnu packages databases)
             (gnu packages gnupg)
             (gnu packages python-build)
             (gnu packages python-web)
             (gnu packages python-xyz)
             (gnu packages version-control))

(define python-aiosmtplib
  (package
    (name "python-aiosmtplib")
    (version "5.1.3")
    (source
     (origin
       (method url-fetch)
       (uri (pypi-uri "aiosmtplib" version))
       (sha256
        (base32 "0z1aa8pk7bnzky8dks78lh4w17bff9cp7znhrzcn5fk06a6l2axc"))))
    (build-system pyproject-build-system)
    (arguments (list #:tests? #f))
    (native-inputs (list python-hatchling))
    (home-page "https://github.com/cole/aiosmtplib")
    (synopsis "SMTP client for asyncio")
    (description
     "This package provides a client of the Simple Mail Transfer Protocol (SMTP)
for programs that use @code{asyncio}.")
    (license license:expat)))

(define python-dkimpy
  (package
    (name "python-dkimpy")
    (version "1.1.8")
    (source
     (origin
       (method url-fetch)
       (uri (pypi-uri "dkimpy" version))
       (sha256
        (base32 "0xsb152nas7i44m6hailk2sadsw8qfhcwjqk5xv8spdzgfs0zxmm"))))
    (build-system pyproject-build-system)
    (arguments (list #:tests? #f))
    (native-inputs (list python-setuptools))
    (propagated-inputs (list python-dnspython))
    (home-page "https://launchpad.net/dkimpy")
    (synopsis "Signing and verifying mail with DKIM")
    (description
     "This package signs mail in the name of a domain, and verifies such
signatures, as DomainKeys Identified Mail (DKIM) has it.")
    (license license:zlib)))

(define python-imapclient
  (package
    (name "python-imapclient")
    (version "4.1.0")
    (source
     (origin
       (method url-fetch)
       (uri (pypi-uri "imapclient" version))
       (sha256
        (base32 "0zqshkn7m3pl7sr0mhkgh6rjxf402hcxxykx02f05v7kkdygmkmp"))))
    (build-system pyproject-build-system)
    (arguments (list #:tests? #f))
    (native-inputs (list python-setuptools))
    (home-page "https://github.com/mjs/imapclient/")
    (synopsis "IMAP client library")
    (description
     "This package provides a client of the Internet Message Access Protocol
(IMAP) whose answers are Python's own types.")
    (license license:bsd-3)))

(define python-mail-parser
  (package
    (name "python-mail-parser")
    (version "4.8.0")
    (source
     (origin
       (method url-fetch)
       (uri (pypi-uri "mail_parser" version))
       (sha256
        (base32 "1z4sxgm54bibdrw8f9p7vaz95rmyhbbf5k7rn1wd6lln2ndnabk0"))))
    (build-system pyproject-build-system)
    (arguments (list #:tests? #f))
    (native-inputs (list python-hatchling))
    (home-page "https://github.com/SpamScope/mail-parser")
    (synopsis "Parser of raw email")
    (description
     "This package takes an email apart: its headers, its bodies and its
attachments.")
    (license license:asl2.0)))

(define python-unidiff
  (package
    (name "python-unidiff")
    (version "1.0.1")
    (source
     (origin
       (method url-fetch)
       (uri (pypi-uri "unidiff" version))
       (sha256
        (base32 "167r5pdqm5cz97fl38hkm52x40kzr70v4i8h79s5831r2v2mnhnr"))))
    (build-system pyproject-build-system)
    (arguments (list #:tests? #f))
    (native-inputs (list python-setuptools))
    (home-page "https://github.com/matiasb/python-unidiff")
    (synopsis "Parser of unified diffs")
    (description
     "This package reads unified diffs, and tells which files and lines they
change.")
    (license license:expat)))

(define weighbridge
  (package
    (name "weighbridge")
    (version "0.1.0")
    (source
     (local-file "." "weighbridge-checkout"
                 #:recursive? #t
                 #:select? (or (git-predicate (current-source-directory))
                               (const #t))))
    (build-system pyproject-build-system)
    (arguments
     (list
      #:tests? #f
      #:phases
      #~(modify-phases %standard-phases
          (add-after 'wrap 'wrap-programs
            (lambda* (#:key inputs #:allow-other-keys)
              ;; The git of who calls it comes first: it has send-email.
              (wrap-program (string-append #$output "/bin/weighbridge")
                `("PATH" suffix
                  (,(dirname (search-input-file inputs "bin/git"))
                   ,(dirname (search-input-file inputs "bin/gpgv")))))))
          (add-after 'wrap-programs 'install-completions
            (lambda _
              (for-each
               (lambda (shell file)
                 (let ((file (string-append #$output "/share/" file)))
                   (mkdir-p (dirname file))
                   (with-output-to-file file
                     (lambda ()
                       (invoke (string-append #$output "/bin/weighbridge")
                               "completions" shell)))))
               '("bash" "zsh" "fish")
               '("bash-completion/completions/weighbridge"
                 "zsh/site-functions/_weighbridge"
                 "fish/vendor_completions.d/weighbridge.fish")))))))
    (native-inputs (list python-hatchling))
    (inputs
     (list git-minimal
           gnupg
           python-aiosmtplib
           python-alembic
           python-apscheduler
           python-click
           python-dkimpy
           python-dnspython
           python-imapclient
           python-jinja2
           python-mail-parser
           python-publicsuffixlist
           python-pydantic
           python-requests
           python-sqlalchemy-2
           python-tomlkit
           python-unidiff))
    (home-page #f)
    (synopsis "Triage of mailed patches that package machine-learning models")
    (description
     "Weighbridge finds the packages of a patch series for GNU Guix that ship
trained parameters, and checks their licence, their size, and whether they are
kept off the substitute servers.  It polls the archive of a patch list and
answers the thread with a summary, or judges patches on their author's machine
before they are sent.")
    (license license:gpl3+)))

weighbridge
