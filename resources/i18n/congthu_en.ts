<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="vi">
<context>
    <name>AboutDialog</name>
    <message>
        <source>Giới thiệu Công Thư</source>
        <translation>About Công Thư</translation>
    </message>
    <message>
        <source>Căn cứ</source>
        <translation>Legal basis</translation>
    </message>
    <message>
        <source>Đóng</source>
        <translation>Close</translation>
    </message>
    <message>
        <source>Thư điện tử công vụ, có ký số và kiểm tra quy chế trước khi gửi.</source>
        <translation>Official e-mail with digital signing and a regulation check before sending.</translation>
    </message>
    <message>
        <source>Phiên bản {version}</source>
        <translation>Version {version}</translation>
    </message>
    <message>
        <source>Chưa nạp bộ quy tắc nào.</source>
        <translation>No rule set is loaded.</translation>
    </message>
</context>
<context>
    <name>AccountList</name>
    <message>
        <source>Tài khoản thư</source>
        <translation>Mail accounts</translation>
    </message>
    <message>
        <source>Thêm tài khoản…</source>
        <translation>Add account…</translation>
    </message>
    <message>
        <source>Đổi mật khẩu đã lưu…</source>
        <translation>Change stored password…</translation>
    </message>
    <message>
        <source>Bỏ tài khoản…</source>
        <translation>Remove account…</translation>
    </message>
    <message>
        <source>Tài khoản của môi trường tập huấn là cố định.</source>
        <translation>The training city&apos;s accounts are fixed.</translation>
    </message>
    <message>
        <source>Mật khẩu mới của {user} (lưu trong kho mật khẩu của hệ điều hành):</source>
        <translation>New password of {user} (kept in the system&apos;s password store):</translation>
    </message>
    <message>
        <source>Đăng nhập lại…</source>
        <translation>Sign in again…</translation>
    </message>
    <message>
        <source>Bỏ tài khoản {address}?</source>
        <translation>Remove the account {address}?</translation>
    </message>
    <message>
        <source>Mật khẩu đã lưu bị xóa. Thư, bản nháp và bằng chứng trên máy này vẫn còn.</source>
        <translation>The stored password is deleted. Mail, drafts and evidence on this computer stay.</translation>
    </message>
    <message>
        <source>Đóng</source>
        <translation>Close</translation>
    </message>
</context>
<context>
    <name>AccountWizard</name>
    <message>
        <source>Thêm tài khoản thư</source>
        <translation>Add a mail account</translation>
    </message>
    <message>
        <source>Hãy nhập địa chỉ thư đầy đủ và mật khẩu.</source>
        <translation>Enter the whole mail address and the password.</translation>
    </message>
    <message>
        <source>Hãy nhập tên máy chủ IMAP và SMTP.</source>
        <translation>Enter the names of the IMAP and SMTP servers.</translation>
    </message>
    <message>
        <source>Đang tìm máy chủ và đăng nhập thử…</source>
        <translation>Looking for the servers and trying to log in…</translation>
    </message>
    <message>
        <source>Bấm Tiếp tục để đăng nhập trên trang của cơ quan; chương trình không hỏi mật khẩu.</source>
        <translation>Press Continue to sign in on the organisation’s page; this program asks for no password.</translation>
    </message>
    <message>
        <source>Chưa đăng nhập được: {reason}.</source>
        <translation>Not signed in: {reason}.</translation>
    </message>
    <message>
        <source>Máy chủ không nhận mật khẩu này. Kiểm tra lại mật khẩu và địa chỉ.</source>
        <translation>The server does not take this password. Check password and address.</translation>
    </message>
    <message>
        <source>Chưa tìm được máy chủ thư. Kiểm tra mạng, địa chỉ, hoặc nhập máy chủ bằng tay.</source>
        <translation>No mail server was found. Check network and address, or enter the servers by hand.</translation>
    </message>
    <message>
        <source>Thêm tài khoản</source>
        <translation>Add account</translation>
    </message>
    <message>
        <source>Đăng nhập được. Nhận thư: {imap}; gửi thư: {smtp}. Cả hai đều qua TLS.</source>
        <translation>Logged in. Receiving: {imap}; sending: {smtp}. Both over TLS.</translation>
    </message>
    <message>
        <source>Đã thử những gì</source>
        <translation>What was tried</translation>
    </message>
    <message>
        <source>Nhập máy chủ bằng tay</source>
        <translation>Enter servers by hand</translation>
    </message>
    <message>
        <source>Tiếp tục</source>
        <translation>Continue</translation>
    </message>
    <message>
        <source>Hủy</source>
        <translation>Cancel</translation>
    </message>
    <message>
        <source>Địa chỉ thư:</source>
        <translation>Mail address:</translation>
    </message>
    <message>
        <source>Họ tên hoặc tên cơ quan:</source>
        <translation>Name of the person or office:</translation>
    </message>
    <message>
        <source>Mật khẩu:</source>
        <translation>Password:</translation>
    </message>
    <message>
        <source>Mật khẩu chỉ lưu trong kho mật khẩu của hệ điều hành.</source>
        <translation>The password is kept in the system&apos;s password store only.</translation>
    </message>
    <message>
        <source>Hộp thư cá nhân</source>
        <translation>Personal mailbox</translation>
    </message>
    <message>
        <source>Hộp thư cơ quan</source>
        <translation>Office mailbox</translation>
    </message>
    <message>
        <source>Chuyên viên</source>
        <translation>Staff</translation>
    </message>
    <message>
        <source>Người có thẩm quyền ký</source>
        <translation>Authorised signer</translation>
    </message>
    <message>
        <source>Văn thư</source>
        <translation>Records clerk</translation>
    </message>
    <message>
        <source>Chức vụ:</source>
        <translation>Position:</translation>
    </message>
    <message>
        <source>Đơn vị:</source>
        <translation>Unit:</translation>
    </message>
    <message>
        <source>Điện thoại:</source>
        <translation>Telephone:</translation>
    </message>
    <message>
        <source>Loại hộp thư:</source>
        <translation>Kind of mailbox:</translation>
    </message>
    <message>
        <source>Vai trò:</source>
        <translation>Role:</translation>
    </message>
</context>
<context>
    <name>AcknowledgeDialog</name>
    <message>
        <source>Nêu lý do gửi</source>
        <translation>Give a reason for sending</translation>
    </message>
    <message>
        <source>Thư chưa đúng các quy định sau. Muốn gửi phải nêu lý do:</source>
        <translation>The message does not meet these rules. To send it you must give a reason:</translation>
    </message>
    <message>
        <source>Chính sách của đơn vị không cho vai trò của tài khoản này nêu lý do gửi. Hãy sửa thư theo gợi ý, hoặc chuyển người có thẩm quyền gửi.</source>
        <translation>Your office&apos;s policy takes no reason from this account&apos;s role. Mend the message as advised, or have somebody with authority send it.</translation>
    </message>
    <message>
        <source>Các điểm khác cần xem lại:</source>
        <translation>Other points worth another look:</translation>
    </message>
    <message>
        <source>Quyết định với vai trò</source>
        <translation>Decided as</translation>
    </message>
    <message>
        <source>Chuyên viên, theo ý kiến của lãnh đạo</source>
        <translation>Officer, on a leader&apos;s word</translation>
    </message>
    <message>
        <source>Người có thẩm quyền</source>
        <translation>Person with authority</translation>
    </message>
    <message>
        <source>Văn thư</source>
        <translation>Records clerk</translation>
    </message>
    <message>
        <source>Lý do gửi</source>
        <translation>Reason for sending</translation>
    </message>
    <message>
        <source>Ví dụ: Lãnh đạo Sở đã đồng ý gửi bản dự thảo để lấy ý kiến</source>
        <translation>For example: the head of department agreed to send the draft for comment</translation>
    </message>
    <message>
        <source>Lý do, vai trò, thời gian và tên bạn được ghi vào nhật ký. Cần ít nhất ba từ.</source>
        <translation>Your reason, role and name and the time go into the log. At least three words are needed.</translation>
    </message>
    <message>
        <source>Ghi lý do và tiếp tục</source>
        <translation>Log reason and continue</translation>
    </message>
    <message>
        <source>Quay lại sửa</source>
        <translation>Back to editing</translation>
    </message>
</context>
<context>
    <name>AdvancedBox</name>
    <message>
        <source>Nâng cao</source>
        <translation>Advanced</translation>
    </message>
    <message>
        <source>Mức chữ ký số</source>
        <translation>Signature level</translation>
    </message>
    <message>
        <source>Nơi cấp dấu thời gian</source>
        <translation>Time-stamp authority</translation>
    </message>
    <message>
        <source>Theo cài đặt, lần lượt từng nơi</source>
        <translation>As in the settings, one after the other</translation>
    </message>
    <message>
        <source>Dấu thời gian</source>
        <translation>Time-stamp</translation>
    </message>
</context>
<context>
    <name>AnchorImport</name>
    <message>
        <source>Nhập chứng thư số gốc</source>
        <translation>Import a root certificate</translation>
    </message>
    <message>
        <source>Đang đọc tệp…</source>
        <translation>Reading the file…</translation>
    </message>
    <message>
        <source>Chứng thư số trong tệp</source>
        <translation>Certificates in the file</translation>
    </message>
    <message>
        <source>Dấu vân tay SHA-256 biết từ nguồn khác</source>
        <translation>SHA-256 fingerprint known from elsewhere</translation>
    </message>
    <message>
        <source>Lấy dấu vân tay SHA-256 từ giấy tờ, trang chính thức của tổ chức chứng thực hoặc bộ phận hỗ trợ – không lấy từ thư hay tệp vừa nhận. Nhập hoặc dán vào đây; chương trình sẽ so sánh.</source>
        <translation>Take the SHA-256 fingerprint from a paper, the authority&apos;s own site or IT support – not from the message or file you received. Type or paste it here; the program compares.</translation>
    </message>
    <message>
        <source>Tin cậy chứng thư số này</source>
        <translation>Trust this certificate</translation>
    </message>
    <message>
        <source>Hủy</source>
        <translation>Cancel</translation>
    </message>
    <message>
        <source>Tệp: {name}</source>
        <translation>File: {name}</translation>
    </message>
    <message>
        <source>Dấu vân tay biết từ nguồn khác</source>
        <translation>Fingerprint known from elsewhere</translation>
    </message>
    <message>
        <source>Tệp có {count} chứng thư số. Chọn chứng thư số gốc cần tin cậy.</source>
        <translation>The file holds {count} certificates. Choose the root to be trusted.</translation>
    </message>
    <message>
        <source>Trong tệp không có chứng thư số gốc nào dùng được.</source>
        <translation>There is no usable root certificate in the file.</translation>
    </message>
    <message>
        <source>gốc</source>
        <translation>root</translation>
    </message>
    <message>
        <source>trung gian – được giữ kèm khi gốc của nó được tin cậy</source>
        <translation>intermediate – kept beside its root once that is trusted</translation>
    </message>
    <message>
        <source>từ {start} đến {end}</source>
        <translation>{start} to {end}</translation>
    </message>
    <message>
        <source>Chủ chứng thư số</source>
        <translation>Subject</translation>
    </message>
    <message>
        <source>Tổ chức cấp</source>
        <translation>Issuer</translation>
    </message>
    <message>
        <source>Thời hạn</source>
        <translation>Validity</translation>
    </message>
    <message>
        <source>Khóa</source>
        <translation>Key</translation>
    </message>
    <message>
        <source>Dấu vân tay SHA-256</source>
        <translation>SHA-256 fingerprint</translation>
    </message>
    <message>
        <source>Chưa nhập dấu vân tay.</source>
        <translation>No fingerprint has been entered.</translation>
    </message>
    <message>
        <source>Chưa đủ 64 ký tự; phải so sánh toàn bộ dấu vân tay.</source>
        <translation>Fewer than 64 digits; the whole fingerprint has to be compared.</translation>
    </message>
    <message>
        <source>Đây là dấu vân tay SHA-1 (40 ký tự), không còn đủ an toàn; cần SHA-256.</source>
        <translation>This is a SHA-1 fingerprint (40 digits), which is not safe enough; SHA-256 is needed.</translation>
    </message>
    <message>
        <source>Đây không phải dấu vân tay SHA-256 (64 ký tự 0–9, A–F).</source>
        <translation>This is no SHA-256 fingerprint (64 digits 0–9, A–F).</translation>
    </message>
    <message>
        <source>KHÔNG KHỚP. Đừng tin cậy chứng thư số này; hãy báo bộ phận hỗ trợ.</source>
        <translation>DIFFERENT. Do not trust this certificate; tell IT support.</translation>
    </message>
    <message>
        <source>Khớp toàn bộ 64 ký tự.</source>
        <translation>All 64 digits agree.</translation>
    </message>
</context>
<context>
    <name>Arrivals</name>
    <message>
        <source>Báo thư mới</source>
        <translation>Notify of new mail</translation>
    </message>
    <message>
        <source>Người gửi và tiêu đề</source>
        <translation>Sender and subject</translation>
    </message>
    <message>
        <source>Chỉ số thư</source>
        <translation>Number only</translation>
    </message>
    <message>
        <source>Không báo</source>
        <translation>Do not notify</translation>
    </message>
    <message>
        <source>Công Thư</source>
        <translation>Công Thư</translation>
    </message>
    <message>
        <source>{count} thư mới</source>
        <translation>New messages: {count}</translation>
    </message>
    <message>
        <source>(không có tiêu đề)</source>
        <translation>(no subject)</translation>
    </message>
    <message>
        <source>Mới nhất: {sender} – {subject}</source>
        <translation>Newest: {sender} – {subject}</translation>
    </message>
</context>
<context>
    <name>AttachedMessages</name>
    <message>
        <source>Thư được gửi kèm</source>
        <translation>Attached messages</translation>
    </message>
    <message>
        <source>Thư được gửi kèm: {subject}</source>
        <translation>Attached message: {subject}</translation>
    </message>
    <message>
        <source>Từ: {sender} · Ngày: {when}</source>
        <translation>From: {sender} · Date: {when}</translation>
    </message>
</context>
<context>
    <name>AttachmentBar</name>
    <message>
        <source>Tệp đính kèm</source>
        <translation>Attachments</translation>
    </message>
    <message>
        <source>{count} tệp đính kèm</source>
        <translation>Attachments: {count}</translation>
    </message>
    <message>
        <source>Ảnh trong thư ({count})</source>
        <translation>Pictures in the text ({count})</translation>
    </message>
    <message>
        <source>Lưu một ảnh đang hiện trong thư</source>
        <translation>Save one of the pictures shown in the message</translation>
    </message>
    <message>
        <source>(không tên)</source>
        <translation>(no name)</translation>
    </message>
    <message>
        <source>Lưu {name} ({size}, {kind})</source>
        <translation>Save {name} ({size}, {kind})</translation>
    </message>
</context>
<context>
    <name>AttachmentStrip</name>
    <message>
        <source>Thêm tệp đính kèm…</source>
        <translation>Add attachment…</translation>
    </message>
    <message>
        <source>Chọn tệp đính kèm</source>
        <translation>Choose attachments</translation>
    </message>
    <message>
        <source>Tệp vượt quá {limit}, không gửi được qua thư.</source>
        <translation>The file is larger than {limit} and cannot be sent by mail.</translation>
    </message>
    <message>
        <source>Không đọc được tệp. Kiểm tra tệp còn đó và bạn có quyền mở.</source>
        <translation>The file cannot be read. Check that it is still there and that you may open it.</translation>
    </message>
    <message>
        <source>Chưa đính kèm “{name}”. {why}</source>
        <translation>“{name}” was not attached. {why}</translation>
    </message>
    <message>
        <source>Đang đọc tệp…</source>
        <translation>Reading file…</translation>
    </message>
    <message>
        <source>Chưa có tệp. Có thể kéo tệp thả vào đây.</source>
        <translation>No files. You can drop files here.</translation>
    </message>
    <message>
        <source>{n} tệp, khoảng {size} khi gửi</source>
        <translation>Files: {n}, about {size} when sent</translation>
    </message>
    <message>
        <source>Ký số tệp này</source>
        <translation>Sign this file</translation>
    </message>
    <message>
        <source>Ký số {name}</source>
        <translation>Sign {name}</translation>
    </message>
    <message>
        <source>Gỡ</source>
        <translation>Remove</translation>
    </message>
    <message>
        <source>Gỡ {name}</source>
        <translation>Remove {name}</translation>
    </message>
    <message>
        <source>Theo vai trò của tôi</source>
        <translation>As my role has it</translation>
    </message>
    <message>
        <source>Ký {name} để</source>
        <translation>Sign {name} as</translation>
    </message>
    <message>
        <source>Việc ký với tệp này; xem trước vị trí khi ký</source>
        <translation>What the signature does to this file; its place is shown when you sign</translation>
    </message>
</context>
<context>
    <name>BasisView</name>
    <message>
        <source>Chương trình không trích điều khoản nào của Quyết định này.</source>
        <translation>The program quotes no article of this Decision.</translation>
    </message>
    <message>
        <source>Đây không phải ý kiến pháp lý.</source>
        <translation>This is no legal opinion.</translation>
    </message>
    <message>
        <source>Tìm quy tắc hoặc căn cứ; không cần gõ dấu</source>
        <translation>Search rules and bases; marks are not needed</translation>
    </message>
    <message>
        <source>Căn cứ của quy tắc</source>
        <translation>Basis of the rule</translation>
    </message>
    <message>
        <source>Bộ quy tắc</source>
        <translation>Rules</translation>
    </message>
    <message>
        <source>Nơi ban hành</source>
        <translation>Issued by</translation>
    </message>
    <message>
        <source>Áp dụng</source>
        <translation>In force</translation>
    </message>
    <message>
        <source>Chữ ký số</source>
        <translation>Signature</translation>
    </message>
    <message>
        <source>Các lớp</source>
        <translation>Layers</translation>
    </message>
    <message>
        <source>Bảng đã đổi</source>
        <translation>Tables changed</translation>
    </message>
    <message>
        <source>từ {day}</source>
        <translation>from {day}</translation>
    </message>
    <message>
        <source>đến {day}</source>
        <translation>to {day}</translation>
    </message>
    <message>
        <source>rà soát căn cứ ngày {day}</source>
        <translation>bases reviewed on {day}</translation>
    </message>
    <message>
        <source>không có: đang dùng bản gốc kèm theo chương trình, không phải bản của Thành phố</source>
        <translation>none: these are the rules that come with the program, not the city&apos;s</translation>
    </message>
    <message>
        <source>đúng, của {signer}, ngày {day}</source>
        <translation>valid, by {signer}, on {day}</translation>
    </message>
    <message>
        <source>Các quy tắc và căn cứ</source>
        <translation>Rules and their bases</translation>
    </message>
    <message>
        <source>Quy tắc</source>
        <translation>Rule</translation>
    </message>
    <message>
        <source>Mức</source>
        <translation>Weight</translation>
    </message>
    <message>
        <source>Đã đối chiếu</source>
        <translation>Checked</translation>
    </message>
    <message>
        <source>Lớp</source>
        <translation>Layer</translation>
    </message>
    <message>
        <source>đang tắt</source>
        <translation>switched off</translation>
    </message>
    <message>
        <source>Không có quy tắc nào khớp.</source>
        <translation>No rule matches.</translation>
    </message>
    <message>
        <source>Căn cứ</source>
        <translation>Legal basis</translation>
    </message>
</context>
<context>
    <name>BatchModel</name>
    <message>
        <source>Chờ ký</source>
        <translation>Waiting</translation>
    </message>
    <message>
        <source>Đang ký…</source>
        <translation>Signing…</translation>
    </message>
    <message>
        <source>Đã ký</source>
        <translation>Signed</translation>
    </message>
    <message>
        <source>Bỏ qua</source>
        <translation>Skipped</translation>
    </message>
    <message>
        <source>Lỗi</source>
        <translation>Failed</translation>
    </message>
    <message>
        <source>Chưa ký</source>
        <translation>Not signed</translation>
    </message>
    <message>
        <source>Tài liệu</source>
        <translation>Document</translation>
    </message>
    <message>
        <source>Kết quả</source>
        <translation>Result</translation>
    </message>
    <message>
        <source>Cần làm</source>
        <translation>What to do</translation>
    </message>
</context>
<context>
    <name>BatchView</name>
    <message>
        <source>Các tệp cần ký</source>
        <translation>Files to be signed</translation>
    </message>
    <message>
        <source>Thêm tệp…</source>
        <translation>Add files…</translation>
    </message>
    <message>
        <source>Gỡ khỏi danh sách</source>
        <translation>Remove from list</translation>
    </message>
    <message>
        <source>Nơi lưu…</source>
        <translation>Save in…</translation>
    </message>
    <message>
        <source>Tệp đã ký nằm cạnh tệp gốc, tên có thêm “-da-ky”.</source>
        <translation>Signed files are put beside their source, with “-da-ky” in the name.</translation>
    </message>
    <message>
        <source>Dừng</source>
        <translation>Stop</translation>
    </message>
    <message>
        <source>Mở thư mục</source>
        <translation>Open folder</translation>
    </message>
    <message>
        <source>Thử lại tệp lỗi</source>
        <translation>Retry failed files</translation>
    </message>
    <message>
        <source>Ký tiếp</source>
        <translation>Go on</translation>
    </message>
    <message>
        <source>Tệp đã ký được lưu vào {folder}</source>
        <translation>Signed files are saved in {folder}</translation>
    </message>
    <message>
        <source>{done}/{total} tệp</source>
        <translation>{done}/{total} files</translation>
    </message>
    <message>
        <source>Đang ký {name}</source>
        <translation>Signing {name}</translation>
    </message>
    <message>
        <source>Đã ký {n} tệp</source>
        <translation>{n} signed</translation>
    </message>
    <message>
        <source>lỗi {n}</source>
        <translation>{n} failed</translation>
    </message>
    <message>
        <source>bỏ qua {n}</source>
        <translation>{n} skipped</translation>
    </message>
    <message>
        <source>chưa ký {n}</source>
        <translation>{n} not signed</translation>
    </message>
    <message>
        <source>còn khoảng {n} giây</source>
        <translation>about {n} s left</translation>
    </message>
    <message>
        <source>còn khoảng {n} phút</source>
        <translation>about {n} min left</translation>
    </message>
    <message>
        <source>Ký tiếp {n} tệp</source>
        <translation>Sign the remaining {n}</translation>
    </message>
    <message>
        <source>Ký {n} tệp</source>
        <translation>Sign {n} files</translation>
    </message>
    <message>
        <source>Đang mở…</source>
        <translation>Opening…</translation>
    </message>
    <message>
        <source>Có thể kéo tệp thả vào đây. Bỏ dấu chọn để không ký một tệp.</source>
        <translation>Files can be dropped here. Clear the check mark to leave a file out.</translation>
    </message>
    <message>
        <source>Tiến độ ký</source>
        <translation>Signing progress</translation>
    </message>
</context>
<context>
    <name>BatchWindow</name>
    <message>
        <source>Ký nhiều tệp</source>
        <translation>Sign several files</translation>
    </message>
    <message>
        <source>Chọn các tệp cần ký</source>
        <translation>Choose files to sign</translation>
    </message>
    <message>
        <source>Văn bản PDF (*.pdf)</source>
        <translation>PDF documents (*.pdf)</translation>
    </message>
    <message>
        <source>Mọi tệp (*)</source>
        <translation>All files (*)</translation>
    </message>
    <message>
        <source>Chọn nơi lưu tệp đã ký</source>
        <translation>Choose a folder for signed files</translation>
    </message>
    <message>
        <source>Không phải PDF: chữ ký nằm trong tệp .p7s riêng, trên trang không thấy gì.</source>
        <translation>Not a PDF: the signature goes into a .p7s file of its own; nothing is seen on a page.</translation>
    </message>
    <message>
        <source>Chưa tệp nào được ký.</source>
        <translation>No file has been signed.</translation>
    </message>
    <message>
        <source>Các tệp đã ký vẫn còn nguyên; những tệp còn lại chưa bị thử.</source>
        <translation>What is signed stays as it is; the rest has not been tried.</translation>
    </message>
</context>
<context>
    <name>CertificateDialog</name>
    <message>
        <source>Chứng thư số</source>
        <translation>Certificate</translation>
    </message>
    <message>
        <source>Đang đọc chứng thư số…</source>
        <translation>Reading the certificate…</translation>
    </message>
    <message>
        <source>Sao chép tất cả</source>
        <translation>Copy all</translation>
    </message>
    <message>
        <source>Đóng</source>
        <translation>Close</translation>
    </message>
    <message>
        <source>từ {start} đến {end}</source>
        <translation>from {start} to {end}</translation>
    </message>
    <message>
        <source>Chủ chứng thư số</source>
        <translation>Holder</translation>
    </message>
    <message>
        <source>Thư điện tử</source>
        <translation>E-mail</translation>
    </message>
    <message>
        <source>Tổ chức cấp</source>
        <translation>Issuer</translation>
    </message>
    <message>
        <source>Số sê-ri</source>
        <translation>Serial number</translation>
    </message>
    <message>
        <source>Thời hạn</source>
        <translation>Valid</translation>
    </message>
    <message>
        <source>Khóa</source>
        <translation>Key</translation>
    </message>
    <message>
        <source>Mục đích sử dụng</source>
        <translation>Usage</translation>
    </message>
    <message>
        <source>Dấu vân tay SHA-256</source>
        <translation>SHA-256 fingerprint</translation>
    </message>
    <message>
        <source>chữ ký số</source>
        <translation>digital signature</translation>
    </message>
    <message>
        <source>chống chối bỏ (ký văn bản)</source>
        <translation>non-repudiation (documents)</translation>
    </message>
    <message>
        <source>mã hóa khóa</source>
        <translation>key encipherment</translation>
    </message>
    <message>
        <source>mã hóa dữ liệu</source>
        <translation>data encipherment</translation>
    </message>
    <message>
        <source>thỏa thuận khóa</source>
        <translation>key agreement</translation>
    </message>
    <message>
        <source>ký chứng thư số</source>
        <translation>certificate signing</translation>
    </message>
    <message>
        <source>ký danh sách thu hồi</source>
        <translation>CRL signing</translation>
    </message>
    <message>
        <source>bảo vệ thư điện tử</source>
        <translation>e-mail protection</translation>
    </message>
    <message>
        <source>xác thực máy khách</source>
        <translation>client authentication</translation>
    </message>
    <message>
        <source>cấp dấu thời gian</source>
        <translation>time-stamping</translation>
    </message>
</context>
<context>
    <name>ChangeList</name>
    <message>
        <source>Các thay đổi sau khi ký</source>
        <translation>Changes after signing</translation>
    </message>
    <message>
        <source>Trang {page}: chỉ có trong một trong hai bản</source>
        <translation>Page {page}: only one of the two versions has it</translation>
    </message>
    <message>
        <source>Trang {page}, chỗ {number}: nhìn khác bản đã ký</source>
        <translation>Page {page}, place {number}: looks different from the signed version</translation>
    </message>
</context>
<context>
    <name>ChangeWords</name>
    <message>
        <source>Đã xóa hẳn thư.</source>
        <translation>The message was deleted for good.</translation>
    </message>
    <message>
        <source>Đã xóa hẳn {count} thư.</source>
        <translation>{count} messages were deleted for good.</translation>
    </message>
    <message>
        <source>Đã gắn sao thư.</source>
        <translation>The message was starred.</translation>
    </message>
    <message>
        <source>Đã gắn sao {count} thư.</source>
        <translation>{count} messages were starred.</translation>
    </message>
    <message>
        <source>Đã bỏ sao thư.</source>
        <translation>The star was taken off the message.</translation>
    </message>
    <message>
        <source>Đã bỏ sao {count} thư.</source>
        <translation>The star was taken off {count} messages.</translation>
    </message>
    <message>
        <source>Đã đánh dấu thư là đã đọc.</source>
        <translation>The message was marked as read.</translation>
    </message>
    <message>
        <source>Đã đánh dấu {count} thư là đã đọc.</source>
        <translation>{count} messages were marked as read.</translation>
    </message>
    <message>
        <source>Đã đánh dấu thư là chưa đọc.</source>
        <translation>The message was marked as unread.</translation>
    </message>
    <message>
        <source>Đã đánh dấu {count} thư là chưa đọc.</source>
        <translation>{count} messages were marked as unread.</translation>
    </message>
    <message>
        <source>Đã chuyển thư tới {mailbox}.</source>
        <translation>The message was moved to {mailbox}.</translation>
    </message>
    <message>
        <source>Đã chuyển {count} thư tới {mailbox}.</source>
        <translation>{count} messages were moved to {mailbox}.</translation>
    </message>
    <message>
        <source>Đang xử lý {done}/{total} thư… Vẫn dùng tiếp cửa sổ được.</source>
        <translation>{done} of {total} messages are done… You can go on using the window.</translation>
    </message>
    <message>
        <source>Không có thư nào để chuyển.</source>
        <translation>There is no message to move.</translation>
    </message>
    <message>
        <source>Không có thư nào cần đánh dấu.</source>
        <translation>No message needs marking.</translation>
    </message>
    <message>
        <source>Không hoàn tác được: máy chủ đã làm xong việc này.</source>
        <translation>This cannot be undone: the server has done it already.</translation>
    </message>
    <message>
        <source>Đã hoàn tác {count}/{total} thư; số còn lại máy chủ đã xử lý xong.</source>
        <translation>{count} of {total} messages are back; the server has dealt with the others already.</translation>
    </message>
    <message>
        <source>Đã hoàn tác.</source>
        <translation>Undone.</translation>
    </message>
    <message>
        <source>Đã hoàn tác {count} thư.</source>
        <translation>{count} messages are back as they were.</translation>
    </message>
    <message>
        <source>Xóa {count} thư? Trong đó có thư đã ở thùng rác.</source>
        <translation>Delete {count} messages? Some of them are in the trash already.</translation>
    </message>
    <message>
        <source>Xóa hẳn thư này?</source>
        <translation>Delete this message for good?</translation>
    </message>
    <message>
        <source>Xóa hẳn {count} thư?</source>
        <translation>Delete {count} messages for good?</translation>
    </message>
    <message>
        <source>Thư trong thùng rác đã xóa thì không lấy lại được.</source>
        <translation>What is deleted from the trash cannot be brought back.</translation>
    </message>
    <message>
        <source>Thư không qua thùng rác và không lấy lại được.</source>
        <translation>It does not go through the trash and cannot be brought back.</translation>
    </message>
    <message>
        <source>Xóa hẳn cả {count} thư trong {mailbox}?</source>
        <translation>Delete all {count} messages in {mailbox} for good?</translation>
    </message>
    <message>
        <source>Thư bị xóa cả trên máy chủ và không lấy lại được.</source>
        <translation>They are deleted on the server too and cannot be brought back.</translation>
    </message>
</context>
<context>
    <name>CheckPanel</name>
    <message>
        <source>Kiểm tra trước khi gửi</source>
        <translation>Check before sending</translation>
    </message>
    <message>
        <source>Chưa kiểm tra.</source>
        <translation>Not checked yet.</translation>
    </message>
    <message>
        <source>Đang kiểm tra…</source>
        <translation>Checking…</translation>
    </message>
    <message>
        <source>Thư đã đổi, đang chờ kiểm tra lại…</source>
        <translation>The message has changed and will be checked again…</translation>
    </message>
    <message>
        <source>Đang kiểm tra lại… Kết quả bên dưới là của bản trước.</source>
        <translation>Checking again… What is shown below is about the version before.</translation>
    </message>
    <message>
        <source>Chưa kiểm tra được: {why}</source>
        <translation>Could not be checked: {why}</translation>
    </message>
    <message>
        <source>Số điểm cần xem: {n}</source>
        <translation>Points to look at: {n}</translation>
    </message>
    <message>
        <source>Có phần chưa kiểm tra được.</source>
        <translation>Some parts could not be checked.</translation>
    </message>
    <message>
        <source>Không phát hiện vi phạm.</source>
        <translation>No violation found.</translation>
    </message>
    <message>
        <source>Chưa kiểm tra được</source>
        <translation>Could not be checked</translation>
    </message>
</context>
<context>
    <name>CheckingStatus</name>
    <message>
        <source>Tạm dừng kiểm tra chữ ký {done}/{total}</source>
        <translation>Checking signatures paused {done}/{total}</translation>
    </message>
    <message>
        <source>Thư mở ra vẫn được kiểm tra. Bấm để kiểm tra tiếp các thư còn lại.</source>
        <translation>Messages that are opened are checked all the same. Press to go on with the others.</translation>
    </message>
    <message>
        <source>Đang kiểm tra chữ ký {done}/{total}</source>
        <translation>Checking signatures {done}/{total}</translation>
    </message>
    <message>
        <source>Chỉ kiểm tra thư đã có trên máy, không dùng mạng. Bấm để tạm dừng.</source>
        <translation>Only messages on this computer are checked, without the network. Press to pause.</translation>
    </message>
</context>
<context>
    <name>ComparisonFlow</name>
    <message>
        <source>So sánh với bản đã ký…</source>
        <translation>Compare with the signed version…</translation>
    </message>
    <message>
        <source>Đặt bản đã ký cạnh bản hiện nay, đánh dấu những chỗ khác nhau.</source>
        <translation>Puts the signed version beside the present one and marks where they differ.</translation>
    </message>
    <message>
        <source>Mở bản đã ký…</source>
        <translation>Open the signed version…</translation>
    </message>
    <message>
        <source>Xem hoặc lưu văn bản đúng như lúc người ký đã ký.</source>
        <translation>See or save the document exactly as its signer left it.</translation>
    </message>
    <message>
        <source>Nhập mật khẩu tệp…</source>
        <translation>Enter the file&apos;s password…</translation>
    </message>
    <message>
        <source>Mở tệp PDF có mật khẩu để kiểm tra chữ ký bên trong.</source>
        <translation>Opens a PDF with a password to check the signatures inside.</translation>
    </message>
    <message>
        <source>Tệp có mật khẩu</source>
        <translation>File with a password</translation>
    </message>
    <message>
        <source>Mật khẩu mở tệp PDF:</source>
        <translation>Password that opens the PDF:</translation>
    </message>
</context>
<context>
    <name>ComparisonForm</name>
    <message>
        <source>Chữ ký được so sánh</source>
        <translation>Signature to compare with</translation>
    </message>
    <message>
        <source>Trang trước</source>
        <translation>Previous page</translation>
    </message>
    <message>
        <source>Trang sau</source>
        <translation>Next page</translation>
    </message>
    <message>
        <source>Thu nhỏ</source>
        <translation>Zoom out</translation>
    </message>
    <message>
        <source>Phóng to</source>
        <translation>Zoom in</translation>
    </message>
    <message>
        <source>Chỉ xem bản đã ký</source>
        <translation>The signed version alone</translation>
    </message>
    <message>
        <source>Lưu bản đã ký…</source>
        <translation>Save the signed version…</translation>
    </message>
    <message>
        <source>Bản đã ký</source>
        <translation>Signed version</translation>
    </message>
    <message>
        <source>Bản hiện nay</source>
        <translation>Present version</translation>
    </message>
    <message>
        <source>Dừng so sánh</source>
        <translation>Stop comparing</translation>
    </message>
    <message>
        <source>Mở tệp</source>
        <translation>Open file</translation>
    </message>
    <message>
        <source>Trang {page}/{pages}</source>
        <translation>Page {page}/{pages}</translation>
    </message>
    <message>
        <source>Đang so sánh: {done}/{total} trang có thể đã thay đổi</source>
        <translation>Comparing: {done}/{total} pages that may have changed</translation>
    </message>
    <message>
        <source>Mật khẩu chưa đúng. Nhập lại mật khẩu mở tệp.</source>
        <translation>That password was wrong. Enter the file&apos;s password again.</translation>
    </message>
    <message>
        <source>Tệp này có mật khẩu. Nhập mật khẩu mở tệp để so sánh.</source>
        <translation>This file has a password. Enter it to compare.</translation>
    </message>
    <message>
        <source>Mật khẩu mở tệp</source>
        <translation>Password that opens the file</translation>
    </message>
    <message>
        <source>Thay đổi sau khi ký</source>
        <translation>Changes after signing</translation>
    </message>
    <message>
        <source>nhìn khác bản đã ký</source>
        <translation>looks different from the signed version</translation>
    </message>
    <message>
        <source>chữ ký được đặt sau đó</source>
        <translation>a signature that was set later</translation>
    </message>
</context>
<context>
    <name>ComparisonWindow</name>
    <message>
        <source>So sánh với bản đã ký</source>
        <translation>Comparison with the signed version</translation>
    </message>
    <message>
        <source>không đọc được người ký</source>
        <translation>signer not readable</translation>
    </message>
    <message>
        <source>Đang đọc tài liệu…</source>
        <translation>Reading the document…</translation>
    </message>
    <message>
        <source>Trang {page}: chưa so sánh được. {why}</source>
        <translation>Page {page}: not compared yet. {why}</translation>
    </message>
    <message>
        <source>Mọi trang nhìn giống bản đã ký.</source>
        <translation>Every page looks like the signed version.</translation>
    </message>
    <message>
        <source>Bản này không có trang {page}.</source>
        <translation>This version has no page {page}.</translation>
    </message>
    <message>
        <source>bản đã ký {number}</source>
        <translation>signed version {number}</translation>
    </message>
</context>
<context>
    <name>ComposeForm</name>
    <message>
        <source>Kèm trả lời lịch họp: Chấp nhận: {event}</source>
        <translation>With an answer for the calendar: accepted: {event}</translation>
    </message>
    <message>
        <source>Kèm trả lời lịch họp: Có thể dự: {event}</source>
        <translation>With an answer for the calendar: tentative: {event}</translation>
    </message>
    <message>
        <source>Kèm trả lời lịch họp: Từ chối: {event}</source>
        <translation>With an answer for the calendar: declined: {event}</translation>
    </message>
    <message>
        <source>(không có tiêu đề)</source>
        <translation>(no title)</translation>
    </message>
    <message>
        <source>Đến</source>
        <translation>To</translation>
    </message>
    <message>
        <source>Cc (đồng gửi)</source>
        <translation>Cc</translation>
    </message>
    <message>
        <source>Bcc (đồng gửi ẩn)</source>
        <translation>Bcc</translation>
    </message>
    <message>
        <source>Tiêu đề</source>
        <translation>Subject</translation>
    </message>
    <message>
        <source>Trích yếu nội dung</source>
        <translation>Abstract of the content</translation>
    </message>
    <message>
        <source>Thư khẩn</source>
        <translation>Urgent</translation>
    </message>
    <message>
        <source>Gửi với mức ưu tiên cao</source>
        <translation>Send with high importance</translation>
    </message>
    <message>
        <source>Xin xác nhận</source>
        <translation>Ask for receipt</translation>
    </message>
    <message>
        <source>Yêu cầu báo đã nhận và đã đọc; người nhận có thể không gửi</source>
        <translation>Asks for a delivery report and a read receipt; recipients may not send one</translation>
    </message>
    <message>
        <source>Loại văn bản</source>
        <translation>Document type</translation>
    </message>
    <message>
        <source>Nội dung thư</source>
        <translation>Message text</translation>
    </message>
    <message>
        <source>Ký số thư (S/MIME)</source>
        <translation>Sign the message (S/MIME)</translation>
    </message>
    <message>
        <source>Từ</source>
        <translation>From</translation>
    </message>
</context>
<context>
    <name>ComposeWindow</name>
    <message>
        <source>Lưu bản nháp</source>
        <translation>Save draft</translation>
    </message>
    <message>
        <source>Đã lưu bản nháp</source>
        <translation>Draft saved</translation>
    </message>
    <message>
        <source>Đã xóa bản nháp trên máy</source>
        <translation>The draft on this computer was deleted</translation>
    </message>
    <message>
        <source>Nội dung thư vẫn còn nguyên trong cửa sổ này.</source>
        <translation>The message is still complete in this window.</translation>
    </message>
    <message>
        <source>Chỗ này đã được sửa tiếp, không hoàn tác tự động được.</source>
        <translation>This has been edited since and cannot be undone automatically.</translation>
    </message>
    <message>
        <source>Đã làm: {what}</source>
        <translation>Done: {what}</translation>
    </message>
    <message>
        <source>Hoàn tác</source>
        <translation>Undo</translation>
    </message>
    <message>
        <source>Thư mới</source>
        <translation>New message</translation>
    </message>
    <message>
        <source>Đóng thư</source>
        <translation>Close message</translation>
    </message>
    <message>
        <source>Lưu thư này thành bản nháp?</source>
        <translation>Save this message as a draft?</translation>
    </message>
    <message>
        <source>Lưu</source>
        <translation>Save</translation>
    </message>
    <message>
        <source>Bỏ</source>
        <translation>Discard</translation>
    </message>
    <message>
        <source>Hủy</source>
        <translation>Cancel</translation>
    </message>
</context>
<context>
    <name>Correspondent</name>
    <message>
        <source>Đến: {names}</source>
        <translation>To: {names}</translation>
    </message>
    <message>
        <source>(chưa có người nhận)</source>
        <translation>(no recipient yet)</translation>
    </message>
</context>
<context>
    <name>Dialogs</name>
    <message>
        <source>Đóng</source>
        <translation>Close</translation>
    </message>
    <message>
        <source>Mở liên kết này trong trình duyệt?</source>
        <translation>Open this link in the browser?</translation>
    </message>
    <message>
        <source>Địa chỉ thật:
{target}

Chỉ mở khi bạn biết địa chỉ này.</source>
        <translation>Real address:
{target}

Open it only if you know this address.</translation>
    </message>
    <message>
        <source>Mở liên kết</source>
        <translation>Open link</translation>
    </message>
    <message>
        <source>Không mở</source>
        <translation>Do not open</translation>
    </message>
    <message>
        <source>Đóng dấu thời gian lên hồ sơ?</source>
        <translation>Put a time-stamp over the evidence?</translation>
    </message>
    <message>
        <source>Dấu thời gian chứng minh toàn bộ hồ sơ đã có từ lúc này. Chỉ mã băm của hồ sơ được gửi tới tổ chức cấp dấu thời gian.</source>
        <translation>A time-stamp proves that all of the evidence existed at this time. Only its digest is sent to the time-stamp authority.</translation>
    </message>
    <message>
        <source>Đóng dấu</source>
        <translation>Put it on</translation>
    </message>
    <message>
        <source>Không đóng dấu</source>
        <translation>Leave it off</translation>
    </message>
    <message>
        <source>Xóa</source>
        <translation>Delete</translation>
    </message>
    <message>
        <source>Giữ lại</source>
        <translation>Keep</translation>
    </message>
    <message>
        <source>Lưu tệp đính kèm</source>
        <translation>Save attachment</translation>
    </message>
    <message>
        <source>Công Thư</source>
        <translation>Công Thư</translation>
    </message>
</context>
<context>
    <name>DocumentPicker</name>
    <message>
        <source>Loại văn bản</source>
        <translation>Document type</translation>
    </message>
    <message>
        <source>Gửi qua hệ thống quản lý văn bản</source>
        <translation>Sent through the document management system</translation>
    </message>
    <message>
        <source>Thư điện tử không thay hệ thống quản lý văn bản (QLVB); lựa chọn này được ghi lại khi gửi.</source>
        <translation>E-mail does not replace the document management system (QLVB); this choice is recorded when the message is sent.</translation>
    </message>
    <message>
        <source>QLVB: chưa ghi</source>
        <translation>QLVB: not said</translation>
    </message>
    <message>
        <source>Đã gửi qua QLVB</source>
        <translation>Sent through QLVB</translation>
    </message>
    <message>
        <source>Sẽ gửi qua QLVB</source>
        <translation>Will be sent through QLVB</translation>
    </message>
    <message>
        <source>và {n} văn bản khác</source>
        <translation>and {n} more documents</translation>
    </message>
    <message>
        <source>Dùng loại đọc được: {type}</source>
        <translation>Use the type that was read: {type}</translation>
    </message>
    <message>
        <source>chưa có số</source>
        <translation>no number yet</translation>
    </message>
    <message>
        <source>Đọc được: {what}</source>
        <translation>Read: {what}</translation>
    </message>
    <message>
        <source>Không phải văn bản</source>
        <translation>Not a document</translation>
    </message>
</context>
<context>
    <name>DraftBanner</name>
    <message>
        <source>Đây là bản nháp, chưa gửi.</source>
        <translation>This is a draft; it has not been sent.</translation>
    </message>
    <message>
        <source>Sửa bản nháp</source>
        <translation>Edit draft</translation>
    </message>
</context>
<context>
    <name>DraftWords</name>
    <message>
        <source>Chỉ trên máy này</source>
        <translation>On this computer only</translation>
    </message>
    <message>
        <source>Chờ tải lên</source>
        <translation>Waiting to be uploaded</translation>
    </message>
    <message>
        <source>Đã lưu cả trên máy chủ</source>
        <translation>Saved on the server as well</translation>
    </message>
    <message>
        <source>Chỉ trên máy này: quy tắc bảo mật không cho lưu trên máy chủ</source>
        <translation>On this computer only: a secrecy rule keeps it off the server</translation>
    </message>
    <message>
        <source>Chỉ trên máy này: có tệp chưa đọc được để kiểm tra</source>
        <translation>On this computer only: a file could not be read and checked</translation>
    </message>
    <message>
        <source>Chỉ trên máy này: chưa kiểm tra được</source>
        <translation>On this computer only: it could not be checked</translation>
    </message>
    <message>
        <source>Chưa tải lên được, sẽ tự thử lại</source>
        <translation>Not uploaded yet; it is tried again by itself</translation>
    </message>
    <message>
        <source>Bản trên máy chủ đã bị xóa hoặc thay ở nơi khác; bản này vẫn còn</source>
        <translation>The copy on the server was deleted or replaced elsewhere; this one is still here</translation>
    </message>
    <message>
        <source>Bản trên máy chủ đã bị sửa ở nơi khác; giữ cả hai bản</source>
        <translation>The copy on the server was changed elsewhere; both are kept</translation>
    </message>
    <message>
        <source>Bản này chỉ được tải lên lại sau khi bạn sửa tiếp.</source>
        <translation>This one is uploaded again only after you have changed it.</translation>
    </message>
    <message>
        <source>Xem bản kia trong thư mục thư nháp rồi xóa bản không cần.</source>
        <translation>Look at the other one in the drafts folder and delete the one you do not need.</translation>
    </message>
    <message>
        <source>Bản trên máy này vẫn được lưu.</source>
        <translation>The copy on this computer is still saved.</translation>
    </message>
    <message>
        <source>Chỉ trên máy này: lớn hơn mức máy chủ nhận</source>
        <translation>On this computer only: larger than the server takes</translation>
    </message>
    <message>
        <source>Chỉ trên máy này: hộp thư trên máy chủ đã đầy</source>
        <translation>On this computer only: the mailbox on the server is full</translation>
    </message>
    <message>
        <source>Chỉ trên máy này: máy chủ không nhận</source>
        <translation>On this computer only: the server does not take it</translation>
    </message>
</context>
<context>
    <name>DraftsModel</name>
    <message>
        <source>Máy chủ thư</source>
        <translation>Mail server</translation>
    </message>
    <message>
        <source>Tài khoản</source>
        <translation>Account</translation>
    </message>
    <message>
        <source>Tiêu đề</source>
        <translation>Subject</translation>
    </message>
    <message>
        <source>Đến</source>
        <translation>To</translation>
    </message>
    <message>
        <source>Tệp</source>
        <translation>Files</translation>
    </message>
    <message>
        <source>(không có tiêu đề)</source>
        <translation>(no subject)</translation>
    </message>
</context>
<context>
    <name>DraftsView</name>
    <message>
        <source>Bản nháp trên máy</source>
        <translation>Drafts on this computer</translation>
    </message>
    <message>
        <source>Soạn tiếp</source>
        <translation>Go on writing</translation>
    </message>
    <message>
        <source>Xóa bản nháp</source>
        <translation>Delete draft</translation>
    </message>
    <message>
        <source>(không có tiêu đề)</source>
        <translation>(no subject)</translation>
    </message>
    <message>
        <source>Xóa bản nháp “{name}”?</source>
        <translation>Delete the draft “{name}”?</translation>
    </message>
    <message>
        <source>Thư và các tệp trong bản nháp sẽ mất, không lấy lại được.</source>
        <translation>The message and the files in the draft will be lost for good.</translation>
    </message>
    <message>
        <source>Không có bản nháp trên máy này</source>
        <translation>No drafts on this computer</translation>
    </message>
</context>
<context>
    <name>DriverList</name>
    <message>
        <source>Phần mềm điều khiển thiết bị ký</source>
        <translation>Token drivers</translation>
    </message>
    <message>
        <source>Kiểm tra lại</source>
        <translation>Test again</translation>
    </message>
    <message>
        <source>Thêm…</source>
        <translation>Add…</translation>
    </message>
    <message>
        <source>Gỡ</source>
        <translation>Remove</translation>
    </message>
    <message>
        <source>Thiết bị ký (USB token) cần phần mềm điều khiển của nhà sản xuất. Chương trình tự tìm những loại đã biết; loại khác thì thêm tệp thư viện PKCS#11 của nó ở đây.</source>
        <translation>A signing token (USB) needs its maker&apos;s driver. The known ones are found by themselves; for another one add its PKCS#11 library here.</translation>
    </message>
    <message>
        <source>Đang thử từng phần mềm điều khiển…</source>
        <translation>Trying one driver after the other…</translation>
    </message>
    <message>
        <source>Chưa tìm thấy phần mềm điều khiển nào. Cài phần mềm kèm theo thiết bị ký.</source>
        <translation>No driver found. Install the software that came with the token.</translation>
    </message>
    <message>
        <source>Không có tệp này.</source>
        <translation>There is no such file.</translation>
    </message>
    <message>
        <source>Dùng được; chưa có thiết bị nào được cắm.</source>
        <translation>Works; no token is plugged in.</translation>
    </message>
    <message>
        <source>Dùng được; thiết bị đang cắm: {labels}</source>
        <translation>Works; plugged in: {labels}</translation>
    </message>
    <message>
        <source>Chọn tệp thư viện PKCS#11</source>
        <translation>Choose a PKCS#11 library</translation>
    </message>
    <message>
        <source>Mọi tệp (*)</source>
        <translation>All files (*)</translation>
    </message>
</context>
<context>
    <name>EmptyLetter</name>
    <message>
        <source>(nội dung được mã hóa)</source>
        <translation>(the content is encrypted)</translation>
    </message>
    <message>
        <source>(một mảnh của thư, không đọc riêng được)</source>
        <translation>(one piece of a message, which cannot be read alone)</translation>
    </message>
    <message>
        <source>(không có chữ nào ngoài phần có chữ ký)</source>
        <translation>(no words outside the signed part)</translation>
    </message>
    <message>
        <source>(thư không có nội dung)</source>
        <translation>(the message is empty)</translation>
    </message>
</context>
<context>
    <name>ExpiryReminder</name>
    <message>
        <source>Liên hệ nơi cấp để gia hạn chứng thư số trước ngày hết hạn; việc cấp mới mất vài ngày.</source>
        <translation>Ask the issuer to renew it before that day; a new one takes some days.</translation>
    </message>
    <message>
        <source>Không ký được nữa. Liên hệ nơi cấp để được cấp chứng thư số mới.</source>
        <translation>It can no longer sign. Ask the issuer for a new one.</translation>
    </message>
    <message>
        <source>Đã biết</source>
        <translation>Got it</translation>
    </message>
    <message>
        <source>Chứng thư số của {name} đã hết hạn ngày {day}.</source>
        <translation>The certificate of {name} expired on {day}.</translation>
    </message>
    <message>
        <source>Chứng thư số của {name} còn {n} ngày, hết hạn ngày {day}.</source>
        <translation>The certificate of {name} has {n} days left; it expires on {day}.</translation>
    </message>
</context>
<context>
    <name>Extension</name>
    <message>
        <source>Chọn PDF đã ký cần gia hạn chữ ký</source>
        <translation>Choose a signed PDF to extend</translation>
    </message>
    <message>
        <source>Văn bản PDF (*.pdf)</source>
        <translation>PDF documents (*.pdf)</translation>
    </message>
    <message>
        <source>Gia hạn chữ ký thêm vào tệp dữ liệu chứng thực và một dấu thời gian lưu trữ, để chữ ký còn kiểm tra được sau khi chứng thư số hết hạn. Nội dung và các chữ ký giữ nguyên; kết quả là một tệp mới.</source>
        <translation>Extending adds validation data and an archive time-stamp to the file, so that its signatures can still be verified after the certificates have expired. Content and signatures stay as they are; the result is a new file.</translation>
    </message>
    <message>
        <source>Gia hạn chữ ký</source>
        <translation>Extend signatures</translation>
    </message>
    <message>
        <source>Gia hạn</source>
        <translation>Extend</translation>
    </message>
    <message>
        <source>Hủy</source>
        <translation>Cancel</translation>
    </message>
    <message>
        <source>Đang gia hạn chữ ký của {name}…</source>
        <translation>Extending the signatures of {name}…</translation>
    </message>
    <message>
        <source>Đã gia hạn và kiểm tra lại chữ ký. Tệp mới:</source>
        <translation>Signatures extended and verified. The new file:</translation>
    </message>
</context>
<context>
    <name>FaultReporter</name>
    <message>
        <source>Chương trình gặp lỗi không lường trước ({name}).</source>
        <translation>The program met an unexpected fault ({name}).</translation>
    </message>
    <message>
        <source>Việc vừa làm có thể chưa xong. Thư đã vào hàng chờ gửi và bản nháp đã lưu vẫn còn. Chi tiết đã ghi vào nhật ký; hãy báo bộ phận hỗ trợ nếu lỗi lặp lại.</source>
        <translation>What you just did may not be finished. Queued messages and saved drafts are still there. Details are in the log; tell support if it happens again.</translation>
    </message>
</context>
<context>
    <name>FileSigning</name>
    <message>
        <source>Chọn tài liệu cần ký</source>
        <translation>Choose a document to sign</translation>
    </message>
    <message>
        <source>Văn bản PDF (*.pdf)</source>
        <translation>PDF documents (*.pdf)</translation>
    </message>
    <message>
        <source>Mọi tệp (*)</source>
        <translation>All files (*)</translation>
    </message>
    <message>
        <source>Đang ký {name}…</source>
        <translation>Signing {name}…</translation>
    </message>
    <message>
        <source>Đã ký và kiểm tra lại chữ ký. Tệp đã ký:</source>
        <translation>Signed, and the signature verified. The signed file:</translation>
    </message>
    <message>
        <source>Ký số</source>
        <translation>Sign</translation>
    </message>
    <message>
        <source>Mở thư mục</source>
        <translation>Open folder</translation>
    </message>
    <message>
        <source>Đóng</source>
        <translation>Close</translation>
    </message>
</context>
<context>
    <name>FindingCard</name>
    <message>
        <source>Bấm để đến chỗ cần sửa</source>
        <translation>Click to go to the place to mend</translation>
    </message>
    <message>
        <source>{fix}. Sửa lỗi: {what}</source>
        <translation>{fix}. Mends: {what}</translation>
    </message>
    <message>
        <source>Xem trang {n}</source>
        <translation>Show page {n}</translation>
    </message>
    <message>
        <source>Căn cứ</source>
        <translation>Legal basis</translation>
    </message>
</context>
<context>
    <name>FixFlow</name>
    <message>
        <source>Đổi thành {new}</source>
        <translation>Change to {new}</translation>
    </message>
    <message>
        <source>Thêm {address}</source>
        <translation>Add {address}</translation>
    </message>
    <message>
        <source>Chuyển sang Bcc</source>
        <translation>Move to Bcc</translation>
    </message>
    <message>
        <source>Gửi từ {sender}</source>
        <translation>Send from {sender}</translation>
    </message>
    <message>
        <source>Chèn khối người gửi</source>
        <translation>Insert the sender&apos;s details</translation>
    </message>
    <message>
        <source>Dùng trích yếu làm tiêu đề</source>
        <translation>Use the abstract as subject</translation>
    </message>
    <message>
        <source>Chuyển sang Unicode</source>
        <translation>Convert to Unicode</translation>
    </message>
    <message>
        <source>Chuyển sang dựng sẵn (NFC)</source>
        <translation>Compose the letters (NFC)</translation>
    </message>
    <message>
        <source>Gỡ tệp này</source>
        <translation>Remove this file</translation>
    </message>
    <message>
        <source>Đổi tên thành {name}</source>
        <translation>Rename to {name}</translation>
    </message>
    <message>
        <source>Ký số tệp này</source>
        <translation>Sign this file</translation>
    </message>
    <message>
        <source>Đặt mức ưu tiên cao</source>
        <translation>Set high importance</translation>
    </message>
    <message>
        <source>Bỏ phần trích dẫn</source>
        <translation>Drop the quoted text</translation>
    </message>
    <message>
        <source>Xuất thành PDF</source>
        <translation>Export as PDF</translation>
    </message>
    <message>
        <source>Sửa số thành 0{digit}/…</source>
        <translation>Correct the number to 0{digit}/…</translation>
    </message>
    <message>
        <source>Đính kèm thư gốc (.eml)</source>
        <translation>Attach the original (.eml)</translation>
    </message>
    <message>
        <source>Chọn tệp…</source>
        <translation>Choose files…</translation>
    </message>
    <message>
        <source>Ghi số lên đầu tiêu đề</source>
        <translation>Put the number first in the subject</translation>
    </message>
</context>
<context>
    <name>FolderPicker</name>
    <message>
        <source>Di chuyển tới</source>
        <translation>Move to</translation>
    </message>
    <message>
        <source>Gõ tên thư mục, không cần dấu</source>
        <translation>Type a folder&apos;s name, marks are not needed</translation>
    </message>
    <message>
        <source>Tìm thư mục</source>
        <translation>Find a folder</translation>
    </message>
    <message>
        <source>Thư mục</source>
        <translation>Folders</translation>
    </message>
    <message>
        <source>Không có thư mục nào tên như vậy.</source>
        <translation>No folder has that name.</translation>
    </message>
    <message>
        <source>Di chuyển</source>
        <translation>Move</translation>
    </message>
    <message>
        <source>{name} · vừa dùng</source>
        <translation>{name} · used lately</translation>
    </message>
    <message>
        <source>Hủy</source>
        <translation>Cancel</translation>
    </message>
</context>
<context>
    <name>FrozenCard</name>
    <message>
        <source>Thư đến có dấu chỉ độ mật: đã giữ lại</source>
        <translation>A received message carries a secrecy marking: it is frozen</translation>
    </message>
    <message>
        <source>Nội dung không được hiển thị, không lập chỉ mục; không trả lời, không chuyển tiếp, không lưu tệp. Báo ngay người đứng đầu đơn vị.</source>
        <translation>Its content is not shown and not indexed; it cannot be answered, forwarded or saved. Tell the head of your unit at once.</translation>
    </message>
    <message>
        <source>Lưu phiếu báo sự cố…</source>
        <translation>Save an incident report…</translation>
    </message>
</context>
<context>
    <name>ImageRow</name>
    <message>
        <source>Chọn ảnh…</source>
        <translation>Choose image…</translation>
    </message>
    <message>
        <source>Bỏ ảnh</source>
        <translation>Remove image</translation>
    </message>
    <message>
        <source>chưa có ảnh</source>
        <translation>no image yet</translation>
    </message>
</context>
<context>
    <name>InvitationCard</name>
    <message>
        <source>Đã trả lời: {answer}, lúc {when}</source>
        <translation>Answered: {answer}, at {when}</translation>
    </message>
    <message>
        <source>Chấp nhận</source>
        <translation>Accept</translation>
    </message>
    <message>
        <source>Có thể dự</source>
        <translation>Tentative</translation>
    </message>
    <message>
        <source>Từ chối</source>
        <translation>Decline</translation>
    </message>
    <message>
        <source>Thư mời họp</source>
        <translation>Meeting invitation</translation>
    </message>
    <message>
        <source>(không có tiêu đề)</source>
        <translation>(no subject)</translation>
    </message>
    <message>
        <source>Thời gian: {when}</source>
        <translation>When: {when}</translation>
    </message>
    <message>
        <source>Cuộc họp lặp lại; đây là lần đầu.</source>
        <translation>This meeting repeats; this is the first time.</translation>
    </message>
    <message>
        <source>Địa điểm: {place}</source>
        <translation>Where: {place}</translation>
    </message>
    <message>
        <source>Người mời: {who}</source>
        <translation>Organiser: {who}</translation>
    </message>
    <message>
        <source>Được mời: {who}</source>
        <translation>Invited: {who}</translation>
    </message>
    <message>
        <source>Còn {count} cuộc họp khác trong tệp lịch.</source>
        <translation>{count} more meetings in the calendar file.</translation>
    </message>
    <message>
        <source>chấp nhận</source>
        <translation>accepted</translation>
    </message>
    <message>
        <source>có thể dự</source>
        <translation>tentative</translation>
    </message>
    <message>
        <source>từ chối</source>
        <translation>declined</translation>
    </message>
    <message>
        <source>và {count} người nữa</source>
        <translation>and {count} more</translation>
    </message>
    <message>
        <source>không ghi</source>
        <translation>not stated</translation>
    </message>
    <message>
        <source>cả ngày {days}</source>
        <translation>all day {days}</translation>
    </message>
    <message>
        <source>Cuộc họp đã hủy</source>
        <translation>Meeting called off</translation>
    </message>
    <message>
        <source>Trả lời thư mời</source>
        <translation>Answer to an invitation</translation>
    </message>
    <message>
        <source>Lịch họp</source>
        <translation>Meeting</translation>
    </message>
    <message>
        <source>Thêm một buổi họp</source>
        <translation>One more date of a meeting</translation>
    </message>
    <message>
        <source>Đề nghị đổi giờ họp</source>
        <translation>Another time is proposed</translation>
    </message>
    <message>
        <source>Giữ nguyên giờ họp, không đổi như đề nghị</source>
        <translation>The time stays, the proposed one is declined</translation>
    </message>
    <message>
        <source>Xin gửi lại thư mời</source>
        <translation>The invitation is asked for once more</translation>
    </message>
</context>
<context>
    <name>KeyPicker</name>
    <message>
        <source>Chứng thư số để ký</source>
        <translation>Certificates to sign with</translation>
    </message>
    <message>
        <source>Tìm lại (F5)</source>
        <translation>Look again (F5)</translation>
    </message>
    <message>
        <source>Tìm lại thiết bị ký vừa cắm vào</source>
        <translation>Look for a token that was just plugged in</translation>
    </message>
    <message>
        <source>Chọn tệp .p12…</source>
        <translation>Choose a .p12 file…</translation>
    </message>
    <message>
        <source>Chi tiết…</source>
        <translation>Details…</translation>
    </message>
    <message>
        <source>Đang tìm chứng thư số…</source>
        <translation>Looking for certificates…</translation>
    </message>
    <message>
        <source>Chưa thấy chứng thư số nào. Cắm thiết bị ký rồi bấm Tìm lại, hoặc chọn tệp .p12.</source>
        <translation>No certificate found. Plug in the token and press Look again, or choose a .p12 file.</translation>
    </message>
    <message>
        <source>Chọn tệp chứng thư số</source>
        <translation>Choose a key file</translation>
    </message>
</context>
<context>
    <name>KeySettings</name>
    <message>
        <source>Chứng thư số của tôi</source>
        <translation>My certificates</translation>
    </message>
    <message>
        <source>Tài khoản</source>
        <translation>Account</translation>
    </message>
    <message>
        <source>Dùng làm chứng thư số cá nhân</source>
        <translation>Use as personal certificate</translation>
    </message>
    <message>
        <source>Dùng làm chứng thư số cơ quan</source>
        <translation>Use as office certificate</translation>
    </message>
    <message>
        <source>Bỏ</source>
        <translation>Remove</translation>
    </message>
    <message>
        <source>Ảnh chữ ký</source>
        <translation>Signature image</translation>
    </message>
    <message>
        <source>Ảnh con dấu</source>
        <translation>Seal image</translation>
    </message>
    <message>
        <source>chưa có</source>
        <translation>none yet</translation>
    </message>
    <message>
        <source>{name}, hết hạn {day}</source>
        <translation>{name}, expires {day}</translation>
    </message>
    <message>
        <source>thiết bị ký (chưa cắm)</source>
        <translation>token (not plugged in)</translation>
    </message>
    <message>
        <source>Đã lưu.</source>
        <translation>Saved.</translation>
    </message>
    <message>
        <source>Chọn ảnh PNG nền trong suốt</source>
        <translation>Choose a PNG with transparent background</translation>
    </message>
    <message>
        <source>Chứng thư số</source>
        <translation>Certificate</translation>
    </message>
    <message>
        <source>Ảnh chữ ký, con dấu</source>
        <translation>Signature and seal images</translation>
    </message>
    <message>
        <source>Thiết bị ký</source>
        <translation>Tokens</translation>
    </message>
    <message>
        <source>Đóng</source>
        <translation>Close</translation>
    </message>
    <message>
        <source>Cá nhân</source>
        <translation>Personal</translation>
    </message>
    <message>
        <source>Bỏ chứng thư số cá nhân</source>
        <translation>Remove personal certificate</translation>
    </message>
    <message>
        <source>Cơ quan</source>
        <translation>Office</translation>
    </message>
    <message>
        <source>Bỏ chứng thư số cơ quan</source>
        <translation>Remove office certificate</translation>
    </message>
    <message>
        <source>Tài khoản này ký bằng</source>
        <translation>This account signs with</translation>
    </message>
    <message>
        <source>Chứng thư số tìm thấy</source>
        <translation>Certificates found</translation>
    </message>
    <message>
        <source>Ảnh PNG nền trong suốt: chữ ký màu xanh, con dấu màu đỏ và đúng kích thước. Ảnh được chép vào thư mục dữ liệu của chương trình trên máy này.</source>
        <translation>PNG with transparent background: the signature blue, the seal red and true to size. The image is copied into the program&apos;s data folder on this computer.</translation>
    </message>
</context>
<context>
    <name>LetterHead</name>
    <message>
        <source>(không có tiêu đề)</source>
        <translation>(no subject)</translation>
    </message>
    <message>
        <source>Từ</source>
        <translation>From</translation>
    </message>
    <message>
        <source>Gửi bởi (Sender)</source>
        <translation>Sent by (Sender)</translation>
    </message>
    <message>
        <source>Đến</source>
        <translation>To</translation>
    </message>
    <message>
        <source>Cc</source>
        <translation>Cc</translation>
    </message>
    <message>
        <source>Trả lời đến</source>
        <translation>Reply to</translation>
    </message>
    <message>
        <source>Ngày: {when}</source>
        <translation>Date: {when}</translation>
    </message>
    <message>
        <source>Thu gọn</source>
        <translation>Show less</translation>
    </message>
    <message>
        <source>Xem đủ</source>
        <translation>Show all</translation>
    </message>
</context>
<context>
    <name>LetterPaper</name>
    <message>
        <source>Thư này bị giữ lại vì có dấu chỉ độ mật.</source>
        <translation>This message is held back because of a secrecy marking.</translation>
    </message>
    <message>
        <source>Không in, lưu hay xem mã nguồn của thư trên máy này.</source>
        <translation>It is not printed, saved or shown as source on this computer.</translation>
    </message>
    <message>
        <source>In thư</source>
        <translation>Print the message</translation>
    </message>
    <message>
        <source>Xem trước khi in</source>
        <translation>Print preview</translation>
    </message>
    <message>
        <source>Lưu bản in thành PDF</source>
        <translation>Save as PDF</translation>
    </message>
    <message>
        <source>Lưu thư</source>
        <translation>Save the message</translation>
    </message>
    <message>
        <source>Thư điện tử (*.eml)</source>
        <translation>E-mail message (*.eml)</translation>
    </message>
</context>
<context>
    <name>LetterSheet</name>
    <message>
        <source>NỘI DUNG DO NGƯỜI GỬI VIẾT – kết quả kiểm tra chỉ có ở phiếu phía trên</source>
        <translation>WRITTEN BY THE SENDER – the verification result is on the sheet above only</translation>
    </message>
    <message>
        <source>(không có tiêu đề)</source>
        <translation>(no subject)</translation>
    </message>
    <message>
        <source>Từ</source>
        <translation>From</translation>
    </message>
    <message>
        <source>Đến</source>
        <translation>To</translation>
    </message>
    <message>
        <source>Cc</source>
        <translation>Cc</translation>
    </message>
    <message>
        <source>Ngày</source>
        <translation>Date</translation>
    </message>
    <message>
        <source>Phiếu kiểm tra chữ ký số</source>
        <translation>Signature verification sheet</translation>
    </message>
    <message>
        <source>Chưa kiểm tra chữ ký số của thư này.</source>
        <translation>The signatures of this message have not been checked.</translation>
    </message>
    <message>
        <source>Địa chỉ người gửi khớp chứng thư số.</source>
        <translation>The sender&apos;s address matches the certificate.</translation>
    </message>
    <message>
        <source>Địa chỉ người gửi KHÔNG khớp chứng thư số.</source>
        <translation>The sender&apos;s address does NOT match the certificate.</translation>
    </message>
    <message>
        <source>cả thư</source>
        <translation>the whole message</translation>
    </message>
    <message>
        <source>giờ ghi trong chữ ký: {when}</source>
        <translation>time claimed in the signature: {when}</translation>
    </message>
    <message>
        <source>dấu thời gian: {when}</source>
        <translation>time-stamp: {when}</translation>
    </message>
    <message>
        <source>không rõ người ký</source>
        <translation>signer unknown</translation>
    </message>
    <message>
        <source>PHẦN CÓ CHỮ KÝ:</source>
        <translation>SIGNED PART:</translation>
    </message>
    <message>
        <source>NGOÀI CHỮ KÝ – không ai ký phần dưới đây:</source>
        <translation>OUTSIDE THE SIGNATURE – nobody signed what follows:</translation>
    </message>
    <message>
        <source>Thư đính kèm: {subject} – {sender}</source>
        <translation>Attached message: {subject} – {sender}</translation>
    </message>
    <message>
        <source>Tệp đính kèm</source>
        <translation>Attachments</translation>
    </message>
    <message>
        <source>In từ Công Thư lúc {when}. Bản in không có giá trị thay chữ ký số: chữ ký chỉ kiểm tra được trên tệp gốc.</source>
        <translation>Printed from Công Thư at {when}. Paper does not take the place of the digital signature: that can be checked on the original file only.</translation>
    </message>
</context>
<context>
    <name>ListMenus</name>
    <message>
        <source>Đánh dấu tất cả đã đọc</source>
        <translation>Mark all as read</translation>
    </message>
    <message>
        <source>Dọn sạch thùng rác…</source>
        <translation>Empty the trash…</translation>
    </message>
    <message>
        <source>Xóa hết thư rác…</source>
        <translation>Delete all junk…</translation>
    </message>
</context>
<context>
    <name>ListNotice</name>
    <message>
        <source>Hãy thêm tài khoản thư công vụ để bắt đầu.</source>
        <translation>Add your official mail account to begin.</translation>
    </message>
    <message>
        <source>Thêm tài khoản…</source>
        <translation>Add account…</translation>
    </message>
    <message>
        <source>Chưa có tài khoản</source>
        <translation>No account yet</translation>
    </message>
    <message>
        <source>Đang tìm…</source>
        <translation>Searching…</translation>
    </message>
    <message>
        <source>Không có thư nào qua được bộ lọc</source>
        <translation>No message passes the filter</translation>
    </message>
    <message>
        <source>Bỏ bộ lọc</source>
        <translation>Clear the filter</translation>
    </message>
    <message>
        <source>{done}/{total} thư</source>
        <translation>{done}/{total} messages</translation>
    </message>
    <message>
        <source>Đang tải danh sách thư…</source>
        <translation>Loading the message list…</translation>
    </message>
    <message>
        <source>Thư mục này chưa có thư</source>
        <translation>This folder has no messages yet</translation>
    </message>
    <message>
        <source>Dòng trạng thái ở cuối cửa sổ cho biết lý do.</source>
        <translation>The status line at the bottom of the window tells why.</translation>
    </message>
    <message>
        <source>Chưa nhận được thư mục nào</source>
        <translation>No folder has been received yet</translation>
    </message>
    <message>
        <source>Đang kết nối…</source>
        <translation>Connecting…</translation>
    </message>
    <message>
        <source>Không có kết quả</source>
        <translation>No results</translation>
    </message>
    <message>
        <source>Không có kết quả trong {mailbox}</source>
        <translation>Nothing found in {mailbox}</translation>
    </message>
    <message>
        <source>Tìm trong mọi thư mục</source>
        <translation>Search all folders</translation>
    </message>
    <message>
        <source>Thử ít từ hơn; không cần gõ dấu.</source>
        <translation>Try fewer words; tone marks are not needed.</translation>
    </message>
</context>
<context>
    <name>MailboxTree</name>
    <message>
        <source>Tài khoản và thư mục</source>
        <translation>Accounts and folders</translation>
    </message>
    <message>
        <source>Chỉ di chuyển được giữa các thư mục của cùng một hộp thư.</source>
        <translation>Messages can only be moved between folders of the same mailbox.</translation>
    </message>
</context>
<context>
    <name>MailboxTreeModel</name>
    <message>
        <source>Thư chờ gửi</source>
        <translation>Outbox</translation>
    </message>
    <message>
        <source>Bản nháp trên máy</source>
        <translation>Drafts on this computer</translation>
    </message>
    <message>
        <source>{total} thư, {unread} chưa đọc</source>
        <translation>{total} messages, {unread} unread</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>Công Thư</source>
        <translation>Công Thư</translation>
    </message>
    <message>
        <source>MÔI TRƯỜNG TẬP HUẤN</source>
        <translation>TRAINING ENVIRONMENT</translation>
    </message>
    <message>
        <source>thư, chứng thư số và chữ ký ở đây không có giá trị pháp lý</source>
        <translation>mail, certificates and signatures here have no legal force</translation>
    </message>
    <message>
        <source>Không còn thư chưa đọc trong danh sách này.</source>
        <translation>There is no other unread message in this list.</translation>
    </message>
</context>
<context>
    <name>MessageList</name>
    <message>
        <source>{count} thư</source>
        <translation>{count} messages</translation>
    </message>
    <message>
        <source>Danh sách thư</source>
        <translation>Message list</translation>
    </message>
</context>
<context>
    <name>MessageListModel</name>
    <message>
        <source>(không có tiêu đề)</source>
        <translation>(no subject)</translation>
    </message>
    <message>
        <source>chưa đọc</source>
        <translation>unread</translation>
    </message>
    <message>
        <source>gắn sao</source>
        <translation>starred</translation>
    </message>
    <message>
        <source>đã trả lời</source>
        <translation>answered</translation>
    </message>
    <message>
        <source>có tệp đính kèm</source>
        <translation>has attachments</translation>
    </message>
    <message>
        <source>chưa kiểm tra</source>
        <translation>not checked</translation>
    </message>
    <message>
        <source>hợp lệ</source>
        <translation>valid</translation>
    </message>
    <message>
        <source>có cảnh báo</source>
        <translation>warning</translation>
    </message>
    <message>
        <source>chưa kết luận</source>
        <translation>undecided</translation>
    </message>
    <message>
        <source>không hợp lệ</source>
        <translation>invalid</translation>
    </message>
    <message>
        <source>không có chữ ký</source>
        <translation>no signature</translation>
    </message>
    <message>
        <source>có chữ ký số, chưa kiểm tra</source>
        <translation>has a digital signature, not verified yet</translation>
    </message>
    <message>
        <source>chữ ký số: {word}</source>
        <translation>signature: {word}</translation>
    </message>
</context>
<context>
    <name>MessageViewer</name>
    <message>
        <source>Chưa chọn thư</source>
        <translation>No message chosen</translation>
    </message>
    <message>
        <source>Chọn một thư trong danh sách để đọc.</source>
        <translation>Choose a message in the list to read it.</translation>
    </message>
    <message>
        <source>Đang tải thư…</source>
        <translation>Loading message…</translation>
    </message>
    <message>
        <source>Thư lớn có thể mất một lúc.</source>
        <translation>A large message may take a while.</translation>
    </message>
    <message>
        <source>NGOÀI CHỮ KÝ – không ai ký phần dưới đây, ai cũng có thể thêm vào:</source>
        <translation>OUTSIDE THE SIGNATURE – nobody signed what stands below, anybody may have added it:</translation>
    </message>
    <message>
        <source>Ảnh dưới đây do người gửi chèn; kết quả kiểm tra chữ ký số chỉ có ở bảng phía trên.</source>
        <translation>The pictures below were put in by the sender; the result of the signature check stands only in the panel above.</translation>
    </message>
    <message>
        <source>{count} thư được chọn</source>
        <translation>{count} messages selected</translation>
    </message>
    <message>
        <source>Xóa, lưu trữ, di chuyển, gắn sao và đánh dấu áp dụng cho tất cả thư được chọn.</source>
        <translation>Deleting, archiving, moving, starring and marking apply to all of them.</translation>
    </message>
    <message>
        <source>Đã tải {done}/{total}. Đứt kết nối thì lần sau tải tiếp từ đây.</source>
        <translation>{done} of {total} is here. If the connection breaks, it goes on from there.</translation>
    </message>
    <message>
        <source>Nội dung từ xa đã chặn ({count} mục): ảnh và liên kết tự tải không được hiển thị.</source>
        <translation>Remote content blocked ({count}): images and items that would load by themselves are not shown.</translation>
    </message>
    <message>
        <source>(thư bị giữ lại)</source>
        <translation>(message frozen)</translation>
    </message>
    <message>
        <source>Xem nguyên bản</source>
        <translation>Show as received</translation>
    </message>
    <message>
        <source>Đổi bảng mã</source>
        <translation>Convert encoding</translation>
    </message>
    <message>
        <source>Thư ghi nhiều người gửi: không xác định được ai đã gửi.</source>
        <translation>The message names several senders: who sent it cannot be told.</translation>
    </message>
    <message>
        <source>Thư không ghi địa chỉ người gửi.</source>
        <translation>The message names no sender&apos;s address.</translation>
    </message>
    <message>
        <source>Tiêu đề hoặc tên người gửi bắt chước kết quả kiểm tra: đó là chữ do người gửi viết; kết quả thật chỉ ở bảng Chữ ký số.</source>
        <translation>The subject or the sender&apos;s name imitates a result of verification: the sender wrote that; the real result stands in the signature panel alone.</translation>
    </message>
    <message>
        <source>Địa chỉ người gửi có chữ cái không phải chữ La-tinh: có thể giả một địa chỉ khác.</source>
        <translation>The sender&apos;s address has letters that are not Latin: it may imitate another address.</translation>
    </message>
    <message>
        <source>Thư có lỗi định dạng, có thể không hiển thị đủ.</source>
        <translation>The message is malformed and may not be shown completely.</translation>
    </message>
    <message>
        <source>Thư có tệp mã hóa kiểu yEnc, chương trình không giải được; bản nguyên nằm trong danh sách tệp đính kèm. Hãy đề nghị người gửi đính kèm tệp theo cách thông thường.</source>
        <translation>The message holds a file in yEnc, which cannot be decoded here; it is among the attachments as it came. Ask the sender to attach the file in the usual way.</translation>
    </message>
    <message>
        <source>Thư nhắc đến một tệp nằm ở nơi khác, không có trong thư; chương trình không tự tải về. Hãy đề nghị người gửi đính kèm tệp đó.</source>
        <translation>The message refers to a file that lies elsewhere and is not in the message; the program does not fetch it. Ask the sender to attach the file.</translation>
    </message>
    <message>
        <source>Nội dung bị mã hóa hai lần trên đường gửi nên hiện sai chữ.</source>
        <translation>The content was encoded twice on its way, which is why its letters are wrong.</translation>
    </message>
    <message>
        <source>Nội dung có vẻ dùng bảng mã cũ ({name}).</source>
        <translation>The text seems to use an old encoding ({name}).</translation>
    </message>
</context>
<context>
    <name>OpenLetterDialog</name>
    <message>
        <source>Mở thư mã hóa</source>
        <translation>Open an encrypted message</translation>
    </message>
    <message>
        <source>Chứng thư số để mở thư</source>
        <translation>Certificates to open the message</translation>
    </message>
    <message>
        <source>Mở thư</source>
        <translation>Open</translation>
    </message>
    <message>
        <source>Hủy</source>
        <translation>Cancel</translation>
    </message>
    <message>
        <source>Chọn khóa mà người gửi đã dùng để mã hóa. Thư chỉ mở trong bộ nhớ, không lưu trên máy.</source>
        <translation>Choose the key the sender encrypted for. The message is opened in memory only and not stored on this computer.</translation>
    </message>
</context>
<context>
    <name>OperationsDialog</name>
    <message>
        <source>Thay đổi chưa gửi lên máy chủ</source>
        <translation>Changes not on the server yet</translation>
    </message>
    <message>
        <source>Thử lại</source>
        <translation>Try again</translation>
    </message>
    <message>
        <source>Bỏ thao tác</source>
        <translation>Give up this change</translation>
    </message>
    <message>
        <source>Không có thao tác nào đang chờ</source>
        <translation>No change is waiting</translation>
    </message>
    <message>
        <source>Mọi thay đổi đã được ghi trên máy chủ.</source>
        <translation>The server has taken every change.</translation>
    </message>
    <message>
        <source>Đóng</source>
        <translation>Close</translation>
    </message>
    <message>
        <source>Đã hoàn tác trên máy này; trên máy chủ thư sẽ được chuyển về chỗ cũ.</source>
        <translation>Undone on this computer; on the server the message will be moved back.</translation>
    </message>
    <message>
        <source>Sẽ làm ngay khi kết nối được với máy chủ; trên máy này đã hiển thị như đã xong.</source>
        <translation>It will be done as soon as the server can be reached; on this computer it is shown as done already.</translation>
    </message>
    <message>
        <source>Thư mục {mailbox}, tài khoản {account}</source>
        <translation>Folder {mailbox}, account {account}</translation>
    </message>
    <message>
        <source>Đã thử nhiều lần và không tự thử nữa: chọn “Thử lại” hoặc “Bỏ thao tác”.</source>
        <translation>It was tried several times and is not tried again by itself: choose “Try again” or “Give up this change”.</translation>
    </message>
    <message>
        <source>Máy chủ trả lời: {reply}</source>
        <translation>The server&apos;s answer: {reply}</translation>
    </message>
    <message>
        <source>Tự thử lại lúc {when}.</source>
        <translation>Will be tried again at {when}.</translation>
    </message>
</context>
<context>
    <name>OperationsModel</name>
    <message>
        <source>Trạng thái</source>
        <translation>State</translation>
    </message>
    <message>
        <source>Thao tác</source>
        <translation>Change</translation>
    </message>
    <message>
        <source>Thư</source>
        <translation>Message</translation>
    </message>
    <message>
        <source>Lúc</source>
        <translation>Time</translation>
    </message>
    <message>
        <source>(không có tiêu đề)</source>
        <translation>(no subject)</translation>
    </message>
    <message>
        <source>Cần xử lý</source>
        <translation>Needs attention</translation>
    </message>
    <message>
        <source>Đang hoàn tác</source>
        <translation>Being undone</translation>
    </message>
    <message>
        <source>Sẽ thử lại</source>
        <translation>Will be tried again</translation>
    </message>
    <message>
        <source>Đang chờ</source>
        <translation>Waiting</translation>
    </message>
    <message>
        <source>Xóa hẳn</source>
        <translation>Delete for good</translation>
    </message>
    <message>
        <source>Chuyển tới {mailbox}</source>
        <translation>Move to {mailbox}</translation>
    </message>
    <message>
        <source>Đánh dấu đã đọc</source>
        <translation>Mark as read</translation>
    </message>
    <message>
        <source>Đánh dấu chưa đọc</source>
        <translation>Mark as unread</translation>
    </message>
    <message>
        <source>Gắn sao</source>
        <translation>Star</translation>
    </message>
    <message>
        <source>Bỏ sao</source>
        <translation>Unstar</translation>
    </message>
    <message>
        <source>Đánh dấu</source>
        <translation>Mark</translation>
    </message>
</context>
<context>
    <name>OutboxDetails</name>
    <message>
        <source>Thư này đã đến</source>
        <translation>It has arrived</translation>
    </message>
    <message>
        <source>Mở bản nháp</source>
        <translation>Open the draft</translation>
    </message>
    <message>
        <source>Dọn thư đã xong</source>
        <translation>Clear finished</translation>
    </message>
    <message>
        <source>Bỏ thư đã gửi và thư đã hủy khỏi danh sách này</source>
        <translation>Take sent and cancelled messages off this list</translation>
    </message>
    <message>
        <source>(không có tiêu đề)</source>
        <translation>(no subject)</translation>
    </message>
    <message>
        <source>Máy chủ trả lời: {reply}</source>
        <translation>The server replied: {reply}</translation>
    </message>
    <message>
        <source>Gửi ngay</source>
        <translation>Send now</translation>
    </message>
    <message>
        <source>Lưu lại ngay</source>
        <translation>File now</translation>
    </message>
    <message>
        <source>Gửi lại</source>
        <translation>Send again</translation>
    </message>
    <message>
        <source>Không gửi lại</source>
        <translation>Do not send again</translation>
    </message>
    <message>
        <source>Không gửi nữa</source>
        <translation>Do not send</translation>
    </message>
    <message>
        <source>Hủy gửi</source>
        <translation>Cancel sending</translation>
    </message>
    <message>
        <source>{recipients} và {more} địa chỉ khác</source>
        <translation>{recipients} and {more} more</translation>
    </message>
    <message>
        <source>Đến: {recipients} · {when}</source>
        <translation>To: {recipients} · {when}</translation>
    </message>
    <message>
        <source>Việc gửi bị ngắt đúng lúc chờ máy chủ trả lời nên không biết máy chủ đã nhận thư hay chưa. Chương trình vẫn tìm trong Thư đã gửi và các báo phát, nhưng không tự gửi lại để tránh gửi hai lần. Hãy hỏi người nhận: nếu thư đã đến, chọn “Thư này đã đến”; nếu chưa, chọn “Gửi lại”.</source>
        <translation>Sending broke off just while the server&apos;s answer was awaited, so it is not known whether the server took the message. It is looked for in Sent and in delivery reports, but never sent again by itself, so that it cannot arrive twice. Ask the recipient: if it arrived, choose “It has arrived”; if not, choose “Send again”.</translation>
    </message>
    <message>
        <source>Hẹn gửi lúc {when}, khi chương trình đang chạy. Đến giờ, thư được đối chiếu lại với quy tắc và chứng thư số rồi mới gửi.</source>
        <translation>To be sent at {when}, while the program runs. At that hour it is checked again before it leaves.</translation>
    </message>
    <message>
        <source>Sẽ tự gửi lại, không sớm hơn {when}.</source>
        <translation>It is tried again by itself, not before {when}.</translation>
    </message>
    <message>
        <source>Máy chủ đã nhận thư, không cần gửi lại. Chỉ việc lưu bản sao vào Thư đã gửi là chưa xong; chương trình tự thử lại.</source>
        <translation>The server took the message; there is no need to send it again. Only its copy is not in Sent yet; that is tried again by itself.</translation>
    </message>
    <message>
        <source>Lần gửi này đã hủy; thư được gửi lại ở một dòng khác.</source>
        <translation>This sending was cancelled; the message is sent again in another line.</translation>
    </message>
    <message>
        <source>Máy chủ không nhận xác nhận đã đọc; thư gốc không bị ảnh hưởng.</source>
        <translation>The server did not take the read receipt; the letter itself is not affected.</translation>
    </message>
    <message>
        <source>Thư không được gửi; bản nháp vẫn còn.</source>
        <translation>The message is not sent; its draft is still there.</translation>
    </message>
    <message>
        <source>Thư không được gửi.</source>
        <translation>The message is not sent.</translation>
    </message>
    <message>
        <source>Sẽ tự gửi sau ít giây; lúc này còn hủy được.</source>
        <translation>It is sent by itself in some seconds; it can still be cancelled now.</translation>
    </message>
    <message>
        <source>Sẽ tự gửi khi kết nối được với máy chủ.</source>
        <translation>Will be sent by itself once the server can be reached.</translation>
    </message>
    <message>
        <source>Đang chuyển cho máy chủ; lúc này không hủy được.</source>
        <translation>Being handed to the server; it cannot be cancelled now.</translation>
    </message>
    <message>
        <source>Máy chủ đã nhận thư; chỉ còn lưu bản sao vào Thư đã gửi.</source>
        <translation>The server took the message; only the copy in Sent is missing.</translation>
    </message>
</context>
<context>
    <name>OutboxModel</name>
    <message>
        <source>Trạng thái</source>
        <translation>State</translation>
    </message>
    <message>
        <source>Tiêu đề</source>
        <translation>Subject</translation>
    </message>
    <message>
        <source>Đến</source>
        <translation>To</translation>
    </message>
    <message>
        <source>Thời gian</source>
        <translation>Time</translation>
    </message>
    <message>
        <source>sẽ gửi {when}</source>
        <translation>leaves {when}</translation>
    </message>
    <message>
        <source>(không có tiêu đề)</source>
        <translation>(no subject)</translation>
    </message>
</context>
<context>
    <name>OutboxView</name>
    <message>
        <source>Không có thư chờ gửi</source>
        <translation>Outbox is empty</translation>
    </message>
    <message>
        <source>Gửi lại thư này?</source>
        <translation>Send this message again?</translation>
    </message>
    <message>
        <source>Không biết máy chủ đã nhận thư hay chưa: nếu đã nhận, người nhận sẽ có hai thư giống nhau. Hãy hỏi người nhận trước; nếu thư đã đến, chọn “Thư này đã đến”.</source>
        <translation>It is not known whether the server has taken it: if it has, the recipients will get it twice. Ask a recipient first; if it has arrived, choose “It has arrived”.</translation>
    </message>
    <message>
        <source>Vẫn gửi lại</source>
        <translation>Send it again</translation>
    </message>
    <message>
        <source>Không gửi</source>
        <translation>Do not send</translation>
    </message>
    <message>
        <source>Thư chờ gửi</source>
        <translation>Outbox</translation>
    </message>
</context>
<context>
    <name>PageDialog</name>
    <message>
        <source>{name} – trang {n}</source>
        <translation>{name} – page {n}</translation>
    </message>
    <message>
        <source>Đang mở trang…</source>
        <translation>Opening the page…</translation>
    </message>
</context>
<context>
    <name>PagePreview</name>
    <message>
        <source>Trang văn bản và vị trí chữ ký</source>
        <translation>Page and place of the signature</translation>
    </message>
    <message>
        <source>Trang trước</source>
        <translation>Previous page</translation>
    </message>
    <message>
        <source>Trang sau</source>
        <translation>Next page</translation>
    </message>
    <message>
        <source>Đặt ở trang này</source>
        <translation>Place on this page</translation>
    </message>
    <message>
        <source>Đặt lại vị trí</source>
        <translation>Reset place</translation>
    </message>
    <message>
        <source>Mở tệp</source>
        <translation>Open file</translation>
    </message>
    <message>
        <source>Đang tìm chỗ đặt chữ ký…</source>
        <translation>Looking for the place of the signature…</translation>
    </message>
    <message>
        <source>Đang vẽ trang…</source>
        <translation>Drawing the page…</translation>
    </message>
    <message>
        <source>Mật khẩu chưa đúng. Nhập lại mật khẩu mở tệp ở bên dưới.</source>
        <translation>That password is not right. Enter the file&apos;s password again below.</translation>
    </message>
    <message>
        <source>Tệp này có mật khẩu. Nhập mật khẩu mở tệp ở bên dưới để xem và ký.</source>
        <translation>This file has a password. Enter it below to see and sign the file.</translation>
    </message>
    <message>
        <source>Trang {page}/{pages}</source>
        <translation>Page {page}/{pages}</translation>
    </message>
    <message>
        <source>Chữ ký ở trang {page}, cách mép trái {left} mm, cách mép dưới {bottom} mm.</source>
        <translation>Signature on page {page}, {left} mm from the left edge, {bottom} mm from the bottom.</translation>
    </message>
    <message>
        <source>Không tự tìm được chỗ ký trong văn bản này; hãy ký riêng tệp này để đặt chữ ký.</source>
        <translation>No place found in this document&apos;s text; sign this file on its own to place the signature.</translation>
    </message>
    <message>
        <source>Không tự tìm được chỗ ký trong văn bản; hãy đặt chữ ký vào đúng chỗ.</source>
        <translation>No place found in the document&apos;s text; put the signature where it belongs.</translation>
    </message>
    <message>
        <source>Kéo bằng chuột, hoặc dùng phím mũi tên (giữ Shift để đi nhanh).</source>
        <translation>Drag it with the mouse, or use the arrow keys (hold Shift to go faster).</translation>
    </message>
    <message>
        <source>Mật khẩu mở tệp</source>
        <translation>File password</translation>
    </message>
</context>
<context>
    <name>PieceBanner</name>
    <message>
        <source>Ghép và xem thư</source>
        <translation>Join and show the message</translation>
    </message>
    <message>
        <source>Xem lại mảnh này</source>
        <translation>Back to this piece</translation>
    </message>
    <message>
        <source>Đang tìm các mảnh còn lại…</source>
        <translation>Looking for the other pieces…</translation>
    </message>
    <message>
        <source>Đang ghép thư…</source>
        <translation>Joining the message…</translation>
    </message>
    <message>
        <source>Thư này được ghép từ {count} mảnh để đọc lần này. Kết quả kiểm tra chữ ký số là của thư đã ghép; thư đã ghép không được lưu trên máy.</source>
        <translation>This message was joined from {count} pieces for this one look. The result of the signature check is that of the joined message, which is not kept on this computer.</translation>
    </message>
    <message>
        <source>Đã có đủ các mảnh trên máy này.</source>
        <translation>All pieces are on this computer.</translation>
    </message>
    <message>
        <source>Các mảnh không khớp nhau nên không ghép. Đề nghị người gửi gửi lại trong một thư.</source>
        <translation>The pieces contradict each other and are not joined. Ask the sender to send it again in one message.</translation>
    </message>
    <message>
        <source>Thư quá lớn hoặc quá nhiều mảnh nên không ghép. Đề nghị người gửi gửi cách khác.</source>
        <translation>The message is too large or has too many pieces and is not joined. Ask the sender to send it another way.</translation>
    </message>
    <message>
        <source>Chưa đủ mảnh để biết thư có bao nhiêu mảnh. Chờ các mảnh khác đến hộp thư này.</source>
        <translation>The pieces at hand do not say how many there are. Wait for the others to come to this mailbox.</translation>
    </message>
    <message>
        <source>Còn thiếu mảnh {numbers} trên máy này. Nếu mảnh đó có trong hộp thư, mở nó một lần để tải về; nếu không, chờ thêm hoặc đề nghị người gửi gửi lại trong một thư.</source>
        <translation>Pieces not on this computer: {numbers}. Open each one that is in the mailbox once to fetch it; for any other, wait or ask the sender to send it all again in one message.</translation>
    </message>
    <message>
        <source>Đây là mảnh {number}/{total} của một thư bị chia nhỏ khi gửi.</source>
        <translation>This is piece {number} of {total} of a message that was cut up when sent.</translation>
    </message>
    <message>
        <source>Đây là mảnh {number} của một thư bị chia nhỏ khi gửi.</source>
        <translation>This is piece {number} of a message that was cut up when sent.</translation>
    </message>
</context>
<context>
    <name>PinPrompt</name>
    <message>
        <source>Nhập PIN trên đầu đọc rồi nhấn phím xác nhận của đầu đọc.</source>
        <translation>Enter the PIN on the reader and confirm there.</translation>
    </message>
    <message>
        <source>Chữ cuối viết hoa: xem lại phím Caps Lock.</source>
        <translation>The last letter is a capital: check Caps Lock.</translation>
    </message>
</context>
<context>
    <name>QuickFilter</name>
    <message>
        <source>Bộ lọc nhanh</source>
        <translation>Quick filter</translation>
    </message>
    <message>
        <source>Chưa đọc</source>
        <translation>Unread</translation>
    </message>
    <message>
        <source>Chỉ hiện thư chưa đọc</source>
        <translation>Show unread messages only</translation>
    </message>
    <message>
        <source>Gắn sao</source>
        <translation>Starred</translation>
    </message>
    <message>
        <source>Chỉ hiện thư gắn sao</source>
        <translation>Show starred messages only</translation>
    </message>
    <message>
        <source>Đính kèm</source>
        <translation>Attachments</translation>
    </message>
    <message>
        <source>Chỉ hiện thư có tệp đính kèm</source>
        <translation>Show messages with attachments only</translation>
    </message>
    <message>
        <source>Đã ký</source>
        <translation>Signed</translation>
    </message>
    <message>
        <source>Chỉ hiện thư có chữ ký số, dù đã kiểm tra hay chưa</source>
        <translation>Show messages with a digital signature only, checked or not</translation>
    </message>
</context>
<context>
    <name>ReceiptBar</name>
    <message>
        <source>Gửi xác nhận</source>
        <translation>Send receipt</translation>
    </message>
    <message>
        <source>Không gửi</source>
        <translation>Do not send</translation>
    </message>
    <message>
        <source>Xác nhận đã đọc</source>
        <translation>Read receipt</translation>
    </message>
    <message>
        <source>Người gửi yêu cầu xác nhận đã đọc, gửi về {to}.</source>
        <translation>The sender asks for a read receipt, to be sent to {to}.</translation>
    </message>
    <message>
        <source>Lưu ý: địa chỉ này không phải địa chỉ người gửi.</source>
        <translation>Note: this is not the sender&apos;s address.</translation>
    </message>
    <message>
        <source>Biên nhận – {counts}</source>
        <translation>Receipts – {counts}</translation>
    </message>
    <message>
        <source>và {count} biên nhận nữa</source>
        <translation>and {count} more receipts</translation>
    </message>
    <message>
        <source>Biên nhận do máy chủ, chương trình của người nhận báo về; không được ký số.</source>
        <translation>Receipts are what servers and the recipients&apos; programs report; they are not signed.</translation>
    </message>
    <message>
        <source>{recipient}: {what}, {when}</source>
        <translation>{recipient}: {what}, {when}</translation>
    </message>
</context>
<context>
    <name>RecipientEdit</name>
    <message>
        <source>Danh bạ cơ quan chưa cập nhật được từ {date}: có thể thiếu người mới.</source>
        <translation>The organisation’s directory could not be refreshed since {date}: new people may be missing.</translation>
    </message>
    <message>
        <source>Không phải địa chỉ thư: {pieces}</source>
        <translation>Not a mail address: {pieces}</translation>
    </message>
</context>
<context>
    <name>RegisterCard</name>
    <message>
        <source>Văn bản đến</source>
        <translation>Incoming document</translation>
    </message>
    <message>
        <source>Văn bản trong thư</source>
        <translation>Documents in this message</translation>
    </message>
    <message>
        <source>Chép tất cả</source>
        <translation>Copy all</translation>
    </message>
    <message>
        <source>Xuất CSV…</source>
        <translation>Export CSV…</translation>
    </message>
    <message>
        <source>Xuất JSON…</source>
        <translation>Export JSON…</translation>
    </message>
    <message>
        <source>Văn bản đến: {what}</source>
        <translation>Incoming document: {what}</translation>
    </message>
    <message>
        <source>không ghi</source>
        <translation>not stated</translation>
    </message>
    <message>
        <source>chưa đọc được</source>
        <translation>could not be read</translation>
    </message>
    <message>
        <source>Số {number} của cùng cơ quan đã có trong một thư khác ngày {when}, nội dung tệp khác. Đối chiếu hai bản trước khi vào sổ.</source>
        <translation>The same office&apos;s number {number} was in another message of {when}, with a different file. Compare the two before registering it.</translation>
    </message>
    <message>
        <source>Thu gọn</source>
        <translation>Collapse</translation>
    </message>
    <message>
        <source>Thông tin đăng ký</source>
        <translation>Register details</translation>
    </message>
    <message>
        <source>Tên loại</source>
        <translation>Type</translation>
    </message>
    <message>
        <source>Số</source>
        <translation>Number</translation>
    </message>
    <message>
        <source>Ký hiệu</source>
        <translation>Symbol</translation>
    </message>
    <message>
        <source>Ngày văn bản</source>
        <translation>Date</translation>
    </message>
    <message>
        <source>Cơ quan ban hành</source>
        <translation>Issued by</translation>
    </message>
    <message>
        <source>Trích yếu</source>
        <translation>Abstract</translation>
    </message>
    <message>
        <source>Số trang</source>
        <translation>Pages</translation>
    </message>
    <message>
        <source>Ngày đến</source>
        <translation>Received</translation>
    </message>
    <message>
        <source>Chức vụ người ký</source>
        <translation>Signer&apos;s position</translation>
    </message>
    <message>
        <source>Người ký</source>
        <translation>Signer</translation>
    </message>
    <message>
        <source>Mức độ khẩn</source>
        <translation>Urgency</translation>
    </message>
    <message>
        <source>Nơi nhận</source>
        <translation>Recipients</translation>
    </message>
    <message>
        <source>Hạn trả lời</source>
        <translation>Due</translation>
    </message>
    <message>
        <source>Chép</source>
        <translation>Copy</translation>
    </message>
    <message>
        <source>Chép {what}</source>
        <translation>Copy {what}</translation>
    </message>
</context>
<context>
    <name>RelatedBar</name>
    <message>
        <source>Thư liên quan</source>
        <translation>Related mail</translation>
    </message>
    <message>
        <source>Hội thoại: {count} thư khác</source>
        <translation>Conversation: {count} more</translation>
    </message>
    <message>
        <source>Cùng số {number}: {count} thư khác</source>
        <translation>Same number {number}: {count} more</translation>
    </message>
    <message>
        <source>(không có tiêu đề)</source>
        <translation>(no subject)</translation>
    </message>
    <message>
        <source>Chọn một thư để mở</source>
        <translation>Choose a message to open</translation>
    </message>
</context>
<context>
    <name>RevocationList</name>
    <message>
        <source>Danh sách thu hồi</source>
        <translation>Revocation lists</translation>
    </message>
    <message>
        <source>Tải lại ngay</source>
        <translation>Fetch now</translation>
    </message>
    <message>
        <source>Chưa có nguồn danh sách thu hồi nào: chính sách chưa nêu địa chỉ nào.</source>
        <translation>There is no source of revocation lists: the policy names none.</translation>
    </message>
    <message>
        <source>trả lời OCSP</source>
        <translation>OCSP answer</translation>
    </message>
    <message>
        <source>lần tải gần nhất: {why}</source>
        <translation>last attempt: {why}</translation>
    </message>
    <message>
        <source>chưa tải được</source>
        <translation>not fetched yet</translation>
    </message>
    <message>
        <source>ngày {when}, đã hết hạn lúc {until}</source>
        <translation>of {when}, ran out on {until}</translation>
    </message>
    <message>
        <source>ngày {when}, còn hiệu lực đến {until}</source>
        <translation>of {when}, valid until {until}</translation>
    </message>
    <message>
        <source>Đang tải danh sách thu hồi…</source>
        <translation>Fetching revocation lists…</translation>
    </message>
</context>
<context>
    <name>RoleForm</name>
    <message>
        <source>Nhập số, ký hiệu của văn bản chính để ký được.</source>
        <translation>Enter the number of the main document to sign.</translation>
    </message>
    <message>
        <source>Nhập tên cơ quan sao để ký được.</source>
        <translation>Enter the office that copies to sign.</translation>
    </message>
    <message>
        <source>Ký tệp này để</source>
        <translation>Sign this file as</translation>
    </message>
    <message>
        <source>Ví dụ: 1245/QĐ-SNV</source>
        <translation>Example: 1245/QĐ-SNV</translation>
    </message>
    <message>
        <source>Số, ký hiệu</source>
        <translation>Number and symbol</translation>
    </message>
    <message>
        <source>Số, ký hiệu của văn bản chính</source>
        <translation>Number and symbol of the main document</translation>
    </message>
    <message>
        <source>Cơ quan sao</source>
        <translation>Copying office</translation>
    </message>
</context>
<context>
    <name>SafeBrowser</name>
    <message>
        <source>Nội dung thư</source>
        <translation>Message text</translation>
    </message>
    <message>
        <source>Lưu ảnh…</source>
        <translation>Save picture…</translation>
    </message>
</context>
<context>
    <name>ScheduleDialog</name>
    <message>
        <source>Hẹn giờ gửi</source>
        <translation>Send later</translation>
    </message>
    <message>
        <source>Ngày giờ gửi</source>
        <translation>Day and time to send</translation>
    </message>
    <message>
        <source>Thư được kiểm tra và ký ngay bây giờ, chờ trong Thư chờ gửi, và được kiểm tra lại trước khi đi. Chương trình phải đang chạy vào giờ hẹn; nếu không, thư đi khi chương trình mở lại.</source>
        <translation>The message is checked and signed now, waits in the outbox and is checked again before it leaves. The program must be running at that time; if it is not, the message leaves when it is opened again.</translation>
    </message>
    <message>
        <source>Hẹn giờ</source>
        <translation>Schedule</translation>
    </message>
    <message>
        <source>Hủy</source>
        <translation>Cancel</translation>
    </message>
</context>
<context>
    <name>SealedBanner</name>
    <message>
        <source>Mở bằng khóa…</source>
        <translation>Open with a key…</translation>
    </message>
    <message>
        <source>Đóng lại</source>
        <translation>Close again</translation>
    </message>
    <message>
        <source>Bỏ nội dung đã giải mã khỏi bộ nhớ</source>
        <translation>Drop what was decrypted from memory</translation>
    </message>
    <message>
        <source>không rõ thuật toán</source>
        <translation>unknown algorithm</translation>
    </message>
    <message>
        <source>Thư được mã hóa ({cipher}). Chỉ khóa của người nhận mở được.</source>
        <translation>The message is encrypted ({cipher}). Only its recipient&apos;s key opens it.</translation>
    </message>
    <message>
        <source>Đã mở để đọc lần này ({cipher}). Nội dung không được lưu trên máy.</source>
        <translation>Opened for this one look ({cipher}). Nothing of it is stored on this computer.</translation>
    </message>
    <message>
        <source>Đã mở để đọc lần này ({cipher}: không tự phát hiện được sửa đổi). Nội dung không được lưu trên máy.</source>
        <translation>Opened for this one look ({cipher}: does not notice changes by itself). Nothing of it is stored on this computer.</translation>
    </message>
    <message>
        <source>Đang mở thư…</source>
        <translation>Opening the message…</translation>
    </message>
</context>
<context>
    <name>SearchBox</name>
    <message>
        <source>Tìm thư (Ctrl+E) – từ: số: có: sau:…</source>
        <translation>Search (Ctrl+E) – from: has: after:…</translation>
    </message>
    <message>
        <source>Tìm kiếm trong thư mục đang mở</source>
        <translation>Search in the open folder</translation>
    </message>
    <message>
        <source>Gõ vài từ, không cần dấu; có thể thêm:</source>
        <translation>Type a few words, tone marks are not needed; you may add:</translation>
    </message>
    <message>
        <source>từ:hường – người gửi</source>
        <translation>from:huong – who sent it</translation>
    </message>
    <message>
        <source>đến:vanthu – người nhận</source>
        <translation>to:vanthu – who received it</translation>
    </message>
    <message>
        <source>số:1245/QĐ-SNV – số, ký hiệu văn bản</source>
        <translation>number:1245/QĐ-SNV – number and symbol of a document</translation>
    </message>
    <message>
        <source>có:đính-kèm – có tệp đính kèm (hoặc có:chữ-ký, có:sao, có:chưa-đọc)</source>
        <translation>has:attachment – with an attachment (or has:signature, has:star, has:unread)</translation>
    </message>
    <message>
        <source>sau:01/11/2026 – từ ngày này trở đi</source>
        <translation>after:01/11/2026 – on this day or later</translation>
    </message>
    <message>
        <source>trước:11/2026 – trước tháng này</source>
        <translation>before:11/2026 – before this month</translation>
    </message>
    <message>
        <source>trong:tất-cả – mọi thư mục (hoặc tên một thư mục)</source>
        <translation>in:all – every folder (or the name of one)</translation>
    </message>
</context>
<context>
    <name>SearchCount</name>
    <message>
        <source>Đang tìm…</source>
        <translation>Searching…</translation>
    </message>
    <message>
        <source>Đang lọc: {count} thư</source>
        <translation>Messages that pass the filter: {count}</translation>
    </message>
    <message>
        <source>Tìm thấy {count} thư</source>
        <translation>Messages found: {count}</translation>
    </message>
    <message>
        <source>Có từ {count} thư trở lên; đang hiện {count} thư đầu. Hãy gõ thêm từ để thu hẹp.</source>
        <translation>{count} messages or more; the first {count} are listed. Type more words to find less.</translation>
    </message>
    <message>
        <source>“{typed}” không phải ngày hay điều kiện đọc được, nên được tìm như từ ngữ trong thư (ngày: 24/11/2026, 11/2026 hoặc 2026).</source>
        <translation>“{typed}” is no date or condition that can be read, so it is looked for as words (dates: 24/11/2026, 11/2026 or 2026).</translation>
    </message>
</context>
<context>
    <name>SecretGuard</name>
    <message>
        <source>Bản nháp không được lưu nữa. Liên hệ cán bộ bảo mật của cơ quan.</source>
        <translation>The draft is no longer saved. Contact your security officer.</translation>
    </message>
    <message>
        <source>Xóa bản nháp trên máy</source>
        <translation>Delete the draft on this computer</translation>
    </message>
    <message>
        <source>Xóa bản nháp của thư này trên máy?</source>
        <translation>Delete this message&apos;s draft from this computer?</translation>
    </message>
    <message>
        <source>Nội dung trong cửa sổ vẫn còn cho đến khi bạn đóng cửa sổ.</source>
        <translation>The text stays in this window until you close it.</translation>
    </message>
</context>
<context>
    <name>SendButton</name>
    <message>
        <source>Chọn giờ gửi</source>
        <translation>Choose when to send</translation>
    </message>
    <message>
        <source>Hẹn giờ gửi</source>
        <translation>Send later</translation>
    </message>
    <message>
        <source>Hẹn giờ gửi…</source>
        <translation>Send later…</translation>
    </message>
    <message>
        <source>Gửi ngay, không hẹn giờ</source>
        <translation>Send at once, without a time</translation>
    </message>
    <message>
        <source>{what} (Ctrl+Enter)</source>
        <translation>{what} (Ctrl+Enter)</translation>
    </message>
    <message>
        <source>{what} · đang kiểm tra…</source>
        <translation>{what} · checking…</translation>
    </message>
    <message>
        <source>Ký và hẹn giờ gửi {when}</source>
        <translation>Sign, send at {when}</translation>
    </message>
    <message>
        <source>Hẹn giờ gửi {when}</source>
        <translation>Send at {when}</translation>
    </message>
    <message>
        <source>Gửi</source>
        <translation>Send</translation>
    </message>
    <message>
        <source>Ký và gửi</source>
        <translation>Sign and send</translation>
    </message>
    <message>
        <source>Cần lý do ({n})</source>
        <translation>Needs a reason ({n})</translation>
    </message>
    <message>
        <source>Bị chặn: {n} lỗi</source>
        <translation>Blocked: {n} errors</translation>
    </message>
    <message>
        <source>Chưa có người nhận</source>
        <translation>No recipient yet</translation>
    </message>
    <message>
        <source>Sai địa chỉ người nhận</source>
        <translation>Wrong recipient address</translation>
    </message>
</context>
<context>
    <name>SendFlow</name>
    <message>
        <source>Đang kiểm tra lần cuối…</source>
        <translation>Checking one last time…</translation>
    </message>
    <message>
        <source>Đang ký số và xếp thư vào hàng chờ gửi…</source>
        <translation>Signing and queueing the message…</translation>
    </message>
    <message>
        <source>Đang xếp thư vào hàng chờ gửi…</source>
        <translation>Queueing the message…</translation>
    </message>
</context>
<context>
    <name>ServerForm</name>
    <message>
        <source>Nhận thư (IMAP):</source>
        <translation>Receiving (IMAP):</translation>
    </message>
    <message>
        <source>Gửi thư (SMTP):</source>
        <translation>Sending (SMTP):</translation>
    </message>
    <message>
        <source>Tên đăng nhập:</source>
        <translation>User name:</translation>
    </message>
</context>
<context>
    <name>ShortcutsDialog</name>
    <message>
        <source>Phím tắt</source>
        <translation>Keyboard shortcuts</translation>
    </message>
    <message>
        <source>Đóng</source>
        <translation>Close</translation>
    </message>
    <message>
        <source>Trong ô soạn thảo, các phím này giữ nghĩa thông thường của ô đó.</source>
        <translation>In text fields these keys keep their usual meaning.</translation>
    </message>
    <message>
        <source>Chọn tất cả thư trong danh sách</source>
        <translation>Select all messages of the list</translation>
    </message>
    <message>
        <source>Chọn thêm thư liền kề</source>
        <translation>Select the neighbouring message as well</translation>
    </message>
    <message>
        <source>Chọn thêm hoặc bỏ một thư</source>
        <translation>Add one message or leave it out</translation>
    </message>
    <message>
        <source>Mở trình đơn của thư hoặc thư mục</source>
        <translation>Open the menu of a message or folder</translation>
    </message>
</context>
<context>
    <name>ShortcutsModel</name>
    <message>
        <source>Việc</source>
        <translation>What is done</translation>
    </message>
    <message>
        <source>Phím</source>
        <translation>Keys</translation>
    </message>
</context>
<context>
    <name>SignInDialog</name>
    <message>
        <source>Đăng nhập trên trang của cơ quan</source>
        <translation>Sign in on the organisation’s page</translation>
    </message>
    <message>
        <source>Mở trang đăng nhập</source>
        <translation>Open the sign-in page</translation>
    </message>
    <message>
        <source>Sao chép mã</source>
        <translation>Copy the code</translation>
    </message>
    <message>
        <source>Lấy mã mới</source>
        <translation>Get a new code</translation>
    </message>
    <message>
        <source>Đang lấy mã đăng nhập cho {address}…</source>
        <translation>Getting a sign-in code for {address}…</translation>
    </message>
    <message>
        <source>Mở trang sau trên máy này hoặc điện thoại, nhập mã rồi đăng nhập bằng tài khoản cơ quan:</source>
        <translation>Open this page on this computer or a phone, enter the code and sign in with your work account:</translation>
    </message>
    <message>
        <source>Chưa đăng nhập được: {reason}.</source>
        <translation>Not signed in: {reason}.</translation>
    </message>
    <message>
        <source>Lấy mã mới để thử lại; nếu vẫn không được, hãy báo bộ phận hỗ trợ.</source>
        <translation>Get a new code to try again; if that does not help, tell IT support.</translation>
    </message>
    <message>
        <source>Đang chờ quý vị đăng nhập. Mã còn dùng được {time}.</source>
        <translation>Waiting for you to sign in. The code is good for another {time}.</translation>
    </message>
    <message>
        <source>Mã đăng nhập</source>
        <translation>Sign-in code</translation>
    </message>
    <message>
        <source>Hủy</source>
        <translation>Cancel</translation>
    </message>
</context>
<context>
    <name>SignaturePanel</name>
    <message>
        <source>Kiểm tra lại</source>
        <translation>Check again</translation>
    </message>
    <message>
        <source>Kiểm tra lại chữ ký số</source>
        <translation>Check the digital signature again</translation>
    </message>
    <message>
        <source>Chi tiết từng chữ ký</source>
        <translation>Details of every signature</translation>
    </message>
    <message>
        <source>Kết quả kiểm tra chữ ký số</source>
        <translation>Result of the signature check</translation>
    </message>
    <message>
        <source>Đang kiểm tra chữ ký…</source>
        <translation>Checking signatures…</translation>
    </message>
    <message>
        <source>Kết quả lần trước ({when}): {word}. Đang kiểm tra lại.</source>
        <translation>Last result ({when}): {word}. Checking again.</translation>
    </message>
    <message>
        <source>Chi tiết ({count} chữ ký)</source>
        <translation>Details (signatures: {count})</translation>
    </message>
    <message>
        <source>Thư và các tệp đính kèm không được ký số.</source>
        <translation>Neither the message nor its attachments are signed.</translation>
    </message>
    <message>
        <source>Nội dung còn nguyên vẹn từ khi ký; chứng thư số của {name} được tin cậy.</source>
        <translation>The content is unchanged since signing; the certificate of {name} is trusted.</translation>
    </message>
    <message>
        <source>không có</source>
        <translation>none</translation>
    </message>
    <message>
        <source>Địa chỉ người gửi khớp với chứng thư số: {address}</source>
        <translation>The sender address matches the certificate: {address}</translation>
    </message>
    <message>
        <source>Địa chỉ người gửi {sender} KHÔNG khớp với chứng thư số ({addresses})</source>
        <translation>The sender address {sender} does NOT match the certificate ({addresses})</translation>
    </message>
    <message>
        <source>Do địa chỉ khác gửi đi (Sender): {address}</source>
        <translation>Sent by another address (Sender): {address}</translation>
    </message>
    <message>
        <source>Thư trả lời sẽ đến địa chỉ khác (Reply-To): {addresses}</source>
        <translation>Replies will go to another address (Reply-To): {addresses}</translation>
    </message>
</context>
<context>
    <name>SignedPartView</name>
    <message>
        <source>Phần có chữ ký (kết quả kiểm tra ở bảng Chữ ký số phía trên)</source>
        <translation>The signed part (the result stands in the signature panel above)</translation>
    </message>
    <message>
        <source>Phần có chữ ký</source>
        <translation>The signed part</translation>
    </message>
    <message>
        <source>(phần này không có chữ để đọc: xem tệp đính kèm)</source>
        <translation>(this part has no words to read: see the attachments)</translation>
    </message>
</context>
<context>
    <name>Signing</name>
    <message>
        <source>Ký phê duyệt</source>
        <translation>Approval</translation>
    </message>
    <message>
        <source>Phát hành (đóng dấu cơ quan)</source>
        <translation>Issue (office seal)</translation>
    </message>
    <message>
        <source>Ký phụ lục</source>
        <translation>Annex</translation>
    </message>
    <message>
        <source>Sao y</source>
        <translation>Copy (sao y)</translation>
    </message>
    <message>
        <source>Sao lục</source>
        <translation>Copy of a copy (sao lục)</translation>
    </message>
    <message>
        <source>Trích sao</source>
        <translation>Extract (trích sao)</translation>
    </message>
    <message>
        <source>Ký không hiện hình</source>
        <translation>Invisible signature</translation>
    </message>
    <message>
        <source>Hình chữ ký màu xanh nằm giữa chức vụ và họ tên người ký.</source>
        <translation>The hand signature in blue, between the signatory&apos;s title and name.</translation>
    </message>
    <message>
        <source>Dấu đỏ của cơ quan trùm lên khoảng một phần ba chữ ký, về bên trái.</source>
        <translation>The office&apos;s red seal over about a third of the signature, on its left.</translation>
    </message>
    <message>
        <source>Một dòng chữ ở góc trên bên phải trang đầu: số, ký hiệu văn bản chính và thời gian ký.</source>
        <translation>One line at the top right of the first page: number and symbol of the main document, time of signing.</translation>
    </message>
    <message>
        <source>Tệp có chữ ký số, trên trang không thấy gì.</source>
        <translation>The file carries a digital signature; nothing is seen on the page.</translation>
    </message>
    <message>
        <source>Một dòng chữ ở góc trên bên phải trang đầu: hình thức sao, cơ quan sao và thời gian ký.</source>
        <translation>One line at the top right of the first page: form of copy, copying office, time of signing.</translation>
    </message>
    <message>
        <source>B-B: không có dấu thời gian</source>
        <translation>B-B: without a time-stamp</translation>
    </message>
    <message>
        <source>B-T: có dấu thời gian (mặc định)</source>
        <translation>B-T: with a time-stamp (default)</translation>
    </message>
    <message>
        <source>B-LT (PDF): kèm dữ liệu kiểm tra lâu dài</source>
        <translation>B-LT (PDF): with long-term validation data</translation>
    </message>
    <message>
        <source>B-LTA (PDF): lưu trữ lâu dài</source>
        <translation>B-LTA (PDF): for long-term archiving</translation>
    </message>
    <message>
        <source>thiết bị {label}</source>
        <translation>token {label}</translation>
    </message>
    <message>
        <source>thiết bị ký chưa cắm</source>
        <translation>token not plugged in</translation>
    </message>
    <message>
        <source>tệp {name}</source>
        <translation>file {name}</translation>
    </message>
    <message>
        <source>Chủ chứng thư số hiện ra khi mở bằng mật khẩu.</source>
        <translation>Its holder is shown once the password has opened it.</translation>
    </message>
    <message>
        <source>Cơ quan</source>
        <translation>Office</translation>
    </message>
    <message>
        <source>Cá nhân</source>
        <translation>Personal</translation>
    </message>
    <message>
        <source>số …{serial}, hết hạn {day}</source>
        <translation>no. …{serial}, expires {day}</translation>
    </message>
    <message>
        <source>Cấp bởi {issuer}, có hiệu lực đến {until}</source>
        <translation>Issued by {issuer}, valid until {until}</translation>
    </message>
    <message>
        <source>Có tệp cần chứng thư số cá nhân, có tệp cần chứng thư số của cơ quan.</source>
        <translation>Some files need a personal certificate, others the office&apos;s.</translation>
    </message>
    <message>
        <source>Một lần ký chỉ dùng một chứng thư số: hãy ký làm hai lần, cá nhân trước.</source>
        <translation>One signing uses one certificate: sign twice, the personal one first.</translation>
    </message>
    <message>
        <source>Việc này cần chứng thư số của cơ quan, bạn đang chọn chứng thư số cá nhân.</source>
        <translation>This needs the office&apos;s certificate; a personal one is chosen.</translation>
    </message>
    <message>
        <source>Ký phê duyệt cần chứng thư số cá nhân, bạn đang chọn chứng thư số của cơ quan.</source>
        <translation>An approval needs a personal certificate; the office&apos;s is chosen.</translation>
    </message>
    <message>
        <source>Chọn chứng thư số khác, hoặc việc ký khác.</source>
        <translation>Choose another certificate, or another act.</translation>
    </message>
    <message>
        <source>Thiết bị đã bị khóa vì nhập sai PIN nhiều lần.</source>
        <translation>The token locked itself after too many wrong PINs.</translation>
    </message>
    <message>
        <source>Không nhập PIN được nữa. Mang thiết bị đến nơi cấp chứng thư số để mở khóa.</source>
        <translation>No PIN can be entered any more. Take the token to its issuer to have it unlocked.</translation>
    </message>
    <message>
        <source>Thiết bị chưa được đặt PIN.</source>
        <translation>The token has no PIN yet.</translation>
    </message>
    <message>
        <source>Đặt PIN bằng phần mềm kèm theo thiết bị, rồi quay lại.</source>
        <translation>Set one with the software that came with the token, then come back.</translation>
    </message>
    <message>
        <source>Mật khẩu chứng thư số</source>
        <translation>Password of the key file</translation>
    </message>
    <message>
        <source>PIN được nhập trên đầu đọc, không nhập trên máy tính.</source>
        <translation>The PIN is entered on the reader, not on the computer.</translation>
    </message>
    <message>
        <source>Mã PIN của thiết bị {label}</source>
        <translation>PIN of the token {label}</translation>
    </message>
    <message>
        <source>PIN của thiết bị này có ít nhất {n} ký tự.</source>
        <translation>This token&apos;s PIN has at least {n} characters.</translation>
    </message>
    <message>
        <source>PIN của thiết bị này có nhiều nhất {n} ký tự.</source>
        <translation>This token&apos;s PIN has at most {n} characters.</translation>
    </message>
    <message>
        <source>Chỉ còn một lần nhập PIN: nhập sai nữa là thiết bị bị khóa.</source>
        <translation>Only one try is left: another wrong PIN locks the token.</translation>
    </message>
    <message>
        <source>Nếu không nhớ chắc PIN, hãy dừng lại và hỏi nơi cấp.</source>
        <translation>If you are not sure of the PIN, stop here and ask the issuer.</translation>
    </message>
    <message>
        <source>PIN đã bị nhập sai ít nhất một lần.</source>
        <translation>A wrong PIN has been entered at least once.</translation>
    </message>
    <message>
        <source>Nhập đúng một lần thì bộ đếm trở lại từ đầu.</source>
        <translation>One right PIN sets the count back.</translation>
    </message>
</context>
<context>
    <name>SigningCenter</name>
    <message>
        <source>Hãy thêm tài khoản thư công vụ để bắt đầu.</source>
        <translation>Add an official mail account to begin.</translation>
    </message>
    <message>
        <source>Chưa có tài khoản</source>
        <translation>No account yet</translation>
    </message>
</context>
<context>
    <name>SigningDialog</name>
    <message>
        <source>Ký số</source>
        <translation>Sign</translation>
    </message>
    <message>
        <source>Toàn bộ thư (S/MIME)</source>
        <translation>The whole message (S/MIME)</translation>
    </message>
    <message>
        <source>Hủy</source>
        <translation>Cancel</translation>
    </message>
    <message>
        <source>Ký và gửi</source>
        <translation>Sign and send</translation>
    </message>
    <message>
        <source>Chữ ký rời (.p7s)</source>
        <translation>Detached signature (.p7s)</translation>
    </message>
    <message>
        <source>Chữ ký của tệp này nằm trong một tệp .p7s gửi kèm, trên trang không thấy gì.</source>
        <translation>This file&apos;s signature goes into a .p7s file beside it; nothing is seen on a page.</translation>
    </message>
    <message>
        <source>Chữ ký bao trùm toàn bộ thư và tệp đính kèm.</source>
        <translation>The signature covers the whole message and its attachments.</translation>
    </message>
    <message>
        <source>Chưa có ảnh con dấu.</source>
        <translation>There is no image of the seal yet.</translation>
    </message>
    <message>
        <source>Chưa có ảnh chữ ký.</source>
        <translation>There is no image of your signature yet.</translation>
    </message>
    <message>
        <source>Tệp vẫn được ký số nhưng trên trang không thấy gì. Thêm ảnh ở “Chứng thư số của tôi”.</source>
        <translation>The file is signed all the same, but nothing is seen on the page. Add the image under “My certificates”.</translation>
    </message>
    <message>
        <source>Ký</source>
        <translation>Sign</translation>
    </message>
    <message>
        <source>Mở chứng thư số</source>
        <translation>Open certificate</translation>
    </message>
    <message>
        <source>Sẽ ký số</source>
        <translation>To be signed</translation>
    </message>
    <message>
        <source>Bằng chứng thư số</source>
        <translation>With the certificate</translation>
    </message>
    <message>
        <source>Đang mở…</source>
        <translation>Opening…</translation>
    </message>
</context>
<context>
    <name>SourceWindow</name>
    <message>
        <source>Mã nguồn thư</source>
        <translation>Message source</translation>
    </message>
    <message>
        <source>Đóng</source>
        <translation>Close</translation>
    </message>
    <message>
        <source>Chỉ hiện {shown} đầu của {size}; dùng “Lưu thư…” để có toàn bộ, đúng từng byte.</source>
        <translation>Only the first {shown} of {size} are shown; “Save message…” gives the whole, byte for byte.</translation>
    </message>
</context>
<context>
    <name>SyncStatus</name>
    <message>
        <source>{count} thư chờ gửi</source>
        <translation>Outbox: {count}</translation>
    </message>
    <message>
        <source>Không có thư chờ gửi</source>
        <translation>Outbox is empty</translation>
    </message>
    <message>
        <source>Bấm để xem chi tiết.</source>
        <translation>Click for details.</translation>
    </message>
    <message>
        <source>Đang đồng bộ: {done}/{total} thư</source>
        <translation>Synchronising: {done}/{total} messages</translation>
    </message>
    <message>
        <source>Đang kết nối…</source>
        <translation>Connecting…</translation>
    </message>
    <message>
        <source>Đã đồng bộ {when}</source>
        <translation>Synchronised {when}</translation>
    </message>
    <message>
        <source>Chưa đồng bộ</source>
        <translation>Not synchronised yet</translation>
    </message>
    <message>
        <source>{count} thay đổi chưa gửi lên máy chủ</source>
        <translation>Changes not on the server yet: {count}</translation>
    </message>
    <message>
        <source>{count} thay đổi cần xử lý</source>
        <translation>Changes that need attention: {count}</translation>
    </message>
    <message>
        <source>{count} bản nháp chưa lên được máy chủ</source>
        <translation>Drafts not on the server: {count}</translation>
    </message>
    <message>
        <source>Đã đồng bộ {when}, còn {count} thay đổi chờ gửi lên máy chủ</source>
        <translation>Synchronised {when}; changes still to be sent to the server: {count}</translation>
    </message>
    <message>
        <source>Ngoại tuyến: chưa kết nối được máy chủ; vẫn đọc và soạn được, thư sẽ tự gửi sau</source>
        <translation>Offline: the server cannot be reached; you can still read and write, mail will be sent later by itself</translation>
    </message>
    <message>
        <source>{count} tài khoản có vấn đề: {names}</source>
        <translation>Accounts with a problem ({count}): {names}</translation>
    </message>
    <message>
        <source>Có tài khoản chưa đồng bộ được.</source>
        <translation>Some accounts could not be synchronised.</translation>
    </message>
</context>
<context>
    <name>Texts</name>
    <message>
        <source>Chương trình gặp lỗi không lường trước.</source>
        <translation>The program met an unexpected fault.</translation>
    </message>
    <message>
        <source>Việc vừa làm có thể chưa xong. Hãy thử lại; nếu lỗi lặp lại, báo bộ phận hỗ trợ.</source>
        <translation>What you just did may not be finished. Try again; tell support if it happens again.</translation>
    </message>
    <message>
        <source>Mã: {code}</source>
        <translation>Code: {code}</translation>
    </message>
    <message>
        <source>ô “{name}” của biểu mẫu</source>
        <translation>form field “{name}”</translation>
    </message>
    <message>
        <source>{name} (hộp thư cơ quan)</source>
        <translation>{name} (agency mailbox)</translation>
    </message>
    <message>
        <source>Chữ ký số của cơ quan, tổ chức</source>
        <translation>Digital signature of an organisation</translation>
    </message>
    <message>
        <source>Chữ ký số của cá nhân</source>
        <translation>Digital signature of a person</translation>
    </message>
    <message>
        <source>danh sách thu hồi (CRL)</source>
        <translation>revocation list (CRL)</translation>
    </message>
    <message>
        <source>trả lời trực tuyến (OCSP)</source>
        <translation>online answer (OCSP)</translation>
    </message>
    <message>
        <source>không kiểm tra</source>
        <translation>not checked</translation>
    </message>
    <message>
        <source>chưa có thông tin</source>
        <translation>no information yet</translation>
    </message>
    <message>
        <source>{source} ngày {when}</source>
        <translation>{source} of {when}</translation>
    </message>
    <message>
        <source>{source} ngày {when}, còn hiệu lực đến {until}</source>
        <translation>{source} of {when}, valid until {until}</translation>
    </message>
</context>
<context>
    <name>TimestampDialog</name>
    <message>
        <source>Không lấy được dấu thời gian</source>
        <translation>No time-stamp available</translation>
    </message>
    <message>
        <source>Ký không có dấu thời gian thì thời điểm ký chỉ là giờ máy của bạn, và chữ ký có thể không kiểm tra được sau khi chứng thư số hết hạn. Chưa có gì được ký hay gửi.</source>
        <translation>Signed without a time-stamp, the time of signing is only what your computer says, and the signature may not be verifiable once the certificate expires. Nothing has been signed or sent yet.</translation>
    </message>
    <message>
        <source>Nơi cấp dấu thời gian</source>
        <translation>Time-stamp authority</translation>
    </message>
    <message>
        <source>Hỏi lại các nơi đã hỏi</source>
        <translation>Ask the same ones again</translation>
    </message>
    <message>
        <source>Chỉ hỏi {url}</source>
        <translation>Ask only {url}</translation>
    </message>
    <message>
        <source>Chờ và thử lại</source>
        <translation>Wait and try again</translation>
    </message>
    <message>
        <source>Ký không có dấu thời gian</source>
        <translation>Sign without time-stamp</translation>
    </message>
    <message>
        <source>Hủy</source>
        <translation>Cancel</translation>
    </message>
</context>
<context>
    <name>TrustDialog</name>
    <message>
        <source>Tổ chức chứng thực được tin cậy</source>
        <translation>Trusted certification authorities</translation>
    </message>
    <message>
        <source>Chứng thư số được tin cậy</source>
        <translation>Trusted certificates</translation>
    </message>
    <message>
        <source>Nhật ký tin cậy</source>
        <translation>Record of trust</translation>
    </message>
    <message>
        <source>Nhập chứng thư số gốc…</source>
        <translation>Import a root certificate…</translation>
    </message>
    <message>
        <source>Xem</source>
        <translation>View</translation>
    </message>
    <message>
        <source>Bỏ tin cậy…</source>
        <translation>Trust no longer…</translation>
    </message>
    <message>
        <source>Chữ ký số chỉ được kết luận là hợp lệ khi chứng thư số của người ký dẫn về một chứng thư số gốc trong danh sách này. Gốc đến từ chính sách của cơ quan, hoặc do bạn nhập và đối chiếu dấu vân tay.</source>
        <translation>A signature is found valid only where the signer&apos;s certificate leads to a root in this list. Roots come from the organisation&apos;s policy, or you import them and compare the fingerprint.</translation>
    </message>
    <message>
        <source>Đang tin cậy</source>
        <translation>Trusted now</translation>
    </message>
    <message>
        <source>Danh sách thu hồi</source>
        <translation>Revocation lists</translation>
    </message>
    <message>
        <source>Nhật ký</source>
        <translation>Record</translation>
    </message>
    <message>
        <source>Đóng</source>
        <translation>Close</translation>
    </message>
    <message>
        <source>Chưa tin cậy tổ chức nào: mọi chữ ký số nhận được sẽ là “chưa kết luận”.</source>
        <translation>Nobody is trusted yet: every signature you receive will be “undecided”.</translation>
    </message>
    <message>
        <source>gốc</source>
        <translation>root</translation>
    </message>
    <message>
        <source>trung gian</source>
        <translation>intermediate</translation>
    </message>
    <message>
        <source>hiệu lực đến {when}</source>
        <translation>valid until {when}</translation>
    </message>
    <message>
        <source>theo chính sách của cơ quan</source>
        <translation>from the organisation&apos;s policy</translation>
    </message>
    <message>
        <source>{who} nhập ngày {when}</source>
        <translation>imported by {who} on {when}</translation>
    </message>
    <message>
        <source>thêm</source>
        <translation>added</translation>
    </message>
    <message>
        <source>bỏ</source>
        <translation>removed</translation>
    </message>
    <message>
        <source>dòng lệnh</source>
        <translation>command line</translation>
    </message>
    <message>
        <source>cửa sổ</source>
        <translation>window</translation>
    </message>
    <message>
        <source>Chứng thư số (*.pem *.crt *.cer *.der *.p7b *.p7c);;Mọi tệp (*)</source>
        <translation>Certificates (*.pem *.crt *.cer *.der *.p7b *.p7c);;All files (*)</translation>
    </message>
    <message>
        <source>Đã giữ kèm {count} chứng thư số trung gian.</source>
        <translation>{count} intermediate certificates were kept beside it.</translation>
    </message>
    <message>
        <source>Bỏ tin cậy chứng thư số này?</source>
        <translation>Trust this certificate no longer?</translation>
    </message>
    <message>
        <source>{name}

Chữ ký dựa vào nó sẽ trở lại “chưa kết luận”. Nhật ký vẫn giữ việc đã tin cậy và đã bỏ.</source>
        <translation>{name}

Signatures that rest on it will be “undecided” again. The record keeps that it was trusted and removed.</translation>
    </message>
</context>
<context>
    <name>TrustWork</name>
    <message>
        <source>Đang tải danh sách thu hồi…</source>
        <translation>Fetching revocation lists…</translation>
    </message>
    <message>
        <source>Chưa có nguồn danh sách thu hồi nào: chính sách chưa nêu địa chỉ nào.</source>
        <translation>There is no source of revocation lists: the policy names none.</translation>
    </message>
    <message>
        <source>Thử tải lại danh sách thu hồi</source>
        <translation>Fetch revocation lists again</translation>
    </message>
    <message>
        <source>Tải lại danh sách thu hồi của tổ chức cấp chứng thư số; thư được kiểm tra lại khi có bản mới.</source>
        <translation>Fetch the issuers&apos; revocation lists again; the message is checked again when there is a new one.</translation>
    </message>
    <message>
        <source>Nhập chứng thư số gốc…</source>
        <translation>Import a root certificate…</translation>
    </message>
    <message>
        <source>Chữ ký dựa vào tổ chức chứng thực chưa được tin cậy trên máy này.</source>
        <translation>The signature rests on an authority that is not trusted on this computer.</translation>
    </message>
    <message>
        <source>Chưa tải được danh sách thu hồi: {why}</source>
        <translation>Revocation lists could not be fetched: {why}</translation>
    </message>
    <message>
        <source>Chương trình tự thử lại sau ít phút.</source>
        <translation>The program tries again by itself in a few minutes.</translation>
    </message>
    <message>
        <source>Danh sách thu hồi chưa có bản mới hơn.</source>
        <translation>There is no newer revocation list.</translation>
    </message>
    <message>
        <source>Kết quả kiểm tra chữ ký đã có: “{subject}” – {now} (trước đó: {before}).</source>
        <translation>A signature has been judged: “{subject}” – {now} (before: {before}).</translation>
    </message>
    <message>
        <source>(không có tiêu đề)</source>
        <translation>(no subject)</translation>
    </message>
    <message>
        <source>Còn {count} thư khác có kết quả mới.</source>
        <translation>{count} more messages have new results.</translation>
    </message>
    <message>
        <source>Xem thư</source>
        <translation>Show message</translation>
    </message>
    <message>
        <source>Đóng</source>
        <translation>Close</translation>
    </message>
</context>
<context>
    <name>UndoMail</name>
    <message>
        <source>Không có gì để hoàn tác.</source>
        <translation>There is nothing to undo.</translation>
    </message>
    <message>
        <source>Trước đó: {what}</source>
        <translation>Before that: {what}</translation>
    </message>
    <message>
        <source>Hoàn tác</source>
        <translation>Undo</translation>
    </message>
    <message>
        <source>Hoàn tác (Ctrl+Z)</source>
        <translation>Undo (Ctrl+Z)</translation>
    </message>
</context>
<context>
    <name>UndoSend</name>
    <message>
        <source>Thư “{subject}” sẽ được gửi sau {seconds} giây.</source>
        <translation>“{subject}” will be sent in {seconds} seconds.</translation>
    </message>
    <message>
        <source>(không có tiêu đề)</source>
        <translation>(no subject)</translation>
    </message>
    <message>
        <source>(còn {count} thư gửi trước đó)</source>
        <translation>({count} sent before it still wait)</translation>
    </message>
    <message>
        <source>Hoàn tác gửi</source>
        <translation>Undo send</translation>
    </message>
</context>
<context>
    <name>VerificationActions</name>
    <message>
        <source>Lưu, xuất</source>
        <translation>Save, export</translation>
    </message>
    <message>
        <source>Việc có thể làm với kết quả kiểm tra</source>
        <translation>What can be done about the result of the check</translation>
    </message>
</context>
<context>
    <name>VerificationWork</name>
    <message>
        <source>Căn cứ: Nghị định 30/2020/NĐ-CP, Điều 21 khoản 2 (đã đọc bản chuyển đổi của Nghị định, chưa đối chiếu với bản Công báo).</source>
        <translation>Basis: Decree 30/2020/NĐ-CP, Article 21 (2) (read in a conversion of the Decree, not compared with the Official Gazette).</translation>
    </message>
    <message>
        <source>Báo cáo…</source>
        <translation>Report…</translation>
    </message>
    <message>
        <source>Lưu kết quả kiểm tra thành tệp PDF hoặc HTML</source>
        <translation>Save the result of the check as a PDF or HTML file</translation>
    </message>
    <message>
        <source>Xuất hồ sơ bằng chứng…</source>
        <translation>Export evidence…</translation>
    </message>
    <message>
        <source>Thư, chứng thư số, thông tin thu hồi và kết quả trong một tệp ZIP kiểm tra lại được</source>
        <translation>Message, certificates, revocation information and result in one ZIP that can be checked again</translation>
    </message>
    <message>
        <source>Trả lại văn bản…</source>
        <translation>Return the document…</translation>
    </message>
    <message>
        <source>Báo đã nhận…</source>
        <translation>Confirm receipt…</translation>
    </message>
    <message>
        <source>Lưu báo cáo kiểm tra</source>
        <translation>Save the report</translation>
    </message>
    <message>
        <source>PDF (*.pdf);;Trang web (*.html)</source>
        <translation>PDF (*.pdf);;Web page (*.html)</translation>
    </message>
    <message>
        <source>Lưu hồ sơ bằng chứng</source>
        <translation>Save the evidence</translation>
    </message>
    <message>
        <source>Hồ sơ bằng chứng (*.zip)</source>
        <translation>Evidence (*.zip)</translation>
    </message>
    <message>
        <source>Đã xuất hồ sơ bằng chứng: {name}</source>
        <translation>Evidence exported: {name}</translation>
    </message>
    <message>
        <source>Người nhận kiểm tra lại bằng lệnh: congthu verify {name}</source>
        <translation>Whoever receives it checks it with: congthu verify {name}</translation>
    </message>
    <message>
        <source>Kiểm tra lại cho kết quả khác, không còn lý do để viết thư này.</source>
        <translation>The check gave another result now: there is no ground for this letter any more.</translation>
    </message>
    <message>
        <source>Xem kết quả mới trên bảng chữ ký số rồi quyết định.</source>
        <translation>Look at the new result in the signature panel, then decide.</translation>
    </message>
</context>
<context>
    <name>WarningDialog</name>
    <message>
        <source>Xem lại trước khi gửi</source>
        <translation>Look again before sending</translation>
    </message>
    <message>
        <source>Thư còn các điểm cần xem lại:</source>
        <translation>These points are worth another look:</translation>
    </message>
    <message>
        <source>Nếu vẫn gửi, các điểm này được ghi vào nhật ký, không ghi nội dung thư.</source>
        <translation>If you send anyway, these points go into the log, without the message&apos;s content.</translation>
    </message>
    <message>
        <source>Vẫn gửi</source>
        <translation>Send anyway</translation>
    </message>
    <message>
        <source>Xem lại</source>
        <translation>Look again</translation>
    </message>
</context>
<context>
    <name>WindowActions</name>
    <message>
        <source>Xóa</source>
        <translation>Delete</translation>
    </message>
    <message>
        <source>Lưu trữ</source>
        <translation>Archive</translation>
    </message>
    <message>
        <source>Gắn sao</source>
        <translation>Star</translation>
    </message>
    <message>
        <source>Bỏ sao</source>
        <translation>Remove star</translation>
    </message>
    <message>
        <source>Soạn thư</source>
        <translation>Compose</translation>
    </message>
    <message>
        <source>Gửi/Nhận</source>
        <translation>Send/Receive</translation>
    </message>
    <message>
        <source>Trả lời</source>
        <translation>Reply</translation>
    </message>
    <message>
        <source>Trả lời tất cả</source>
        <translation>Reply all</translation>
    </message>
    <message>
        <source>Chuyển tiếp</source>
        <translation>Forward</translation>
    </message>
    <message>
        <source>Kiểm tra chữ ký</source>
        <translation>Verify signatures</translation>
    </message>
    <message>
        <source>Xóa hẳn…</source>
        <translation>Delete for good…</translation>
    </message>
    <message>
        <source>Di chuyển tới…</source>
        <translation>Move to…</translation>
    </message>
    <message>
        <source>Thư rác</source>
        <translation>Junk</translation>
    </message>
    <message>
        <source>Không phải thư rác</source>
        <translation>Not junk</translation>
    </message>
    <message>
        <source>Hoàn tác</source>
        <translation>Undo</translation>
    </message>
    <message>
        <source>Đánh dấu đã đọc</source>
        <translation>Mark as read</translation>
    </message>
    <message>
        <source>Đánh dấu chưa đọc</source>
        <translation>Mark as unread</translation>
    </message>
    <message>
        <source>Chọn tất cả trong danh sách</source>
        <translation>Select all in the list</translation>
    </message>
    <message>
        <source>In…</source>
        <translation>Print…</translation>
    </message>
    <message>
        <source>Xem trước khi in…</source>
        <translation>Print preview…</translation>
    </message>
    <message>
        <source>Lưu bản in thành PDF…</source>
        <translation>Save as PDF…</translation>
    </message>
    <message>
        <source>Lưu thư…</source>
        <translation>Save message…</translation>
    </message>
    <message>
        <source>Xem mã nguồn thư</source>
        <translation>View source</translation>
    </message>
    <message>
        <source>Tìm kiếm</source>
        <translation>Search</translation>
    </message>
    <message>
        <source>Thư chưa đọc tiếp theo</source>
        <translation>Next unread message</translation>
    </message>
    <message>
        <source>Thư chưa đọc trước</source>
        <translation>Previous unread message</translation>
    </message>
    <message>
        <source>Hộp thư đến</source>
        <translation>Inbox</translation>
    </message>
    <message>
        <source>Thư chờ gửi</source>
        <translation>Outbox</translation>
    </message>
    <message>
        <source>Thay đổi chưa gửi lên máy chủ…</source>
        <translation>Changes not on the server yet…</translation>
    </message>
    <message>
        <source>Bản nháp trên máy</source>
        <translation>Drafts on this computer</translation>
    </message>
    <message>
        <source>Chuyển ngăn</source>
        <translation>Next pane</translation>
    </message>
    <message>
        <source>Ẩn/hiện ngăn đọc</source>
        <translation>Hide/show reading pane</translation>
    </message>
    <message>
        <source>Ký tài liệu…</source>
        <translation>Sign a document…</translation>
    </message>
    <message>
        <source>Ký nhiều tệp…</source>
        <translation>Sign several files…</translation>
    </message>
    <message>
        <source>Gia hạn chữ ký…</source>
        <translation>Extend signatures…</translation>
    </message>
    <message>
        <source>Chứng thư số của tôi</source>
        <translation>My certificates</translation>
    </message>
    <message>
        <source>Tổ chức chứng thực được tin cậy…</source>
        <translation>Trusted certification authorities…</translation>
    </message>
    <message>
        <source>Phím tắt</source>
        <translation>Keyboard shortcuts</translation>
    </message>
    <message>
        <source>Giới thiệu</source>
        <translation>About</translation>
    </message>
    <message>
        <source>Tài khoản thư…</source>
        <translation>Mail accounts…</translation>
    </message>
    <message>
        <source>Đóng</source>
        <translation>Close</translation>
    </message>
    <message>
        <source>Thanh công cụ</source>
        <translation>Toolbar</translation>
    </message>
    <message>
        <source>&amp;Tệp</source>
        <translation>&amp;File</translation>
    </message>
    <message>
        <source>Th&amp;ư</source>
        <translation>&amp;Message</translation>
    </message>
    <message>
        <source>&amp;Ký số</source>
        <translation>&amp;Sign</translation>
    </message>
    <message>
        <source>&amp;Xem</source>
        <translation>&amp;View</translation>
    </message>
    <message>
        <source>&amp;Ngôn ngữ</source>
        <translation>&amp;Language</translation>
    </message>
    <message>
        <source>Trợ &amp;giúp</source>
        <translation>&amp;Help</translation>
    </message>
</context>
<context>
    <name>_Shell</name>
    <message>
        <source>Tài khoản đã được lưu</source>
        <translation>The account is saved</translation>
    </message>
    <message>
        <source>Hãy gửi hoặc đóng các thư đang soạn, rồi mở lại chương trình để dùng.</source>
        <translation>Send or close the letters you are writing, then open the program again to use it.</translation>
    </message>
</context>
<context>
    <name>_SignatureCard</name>
    <message>
        <source>Thư gửi kèm “{name}” (không phải thư này)</source>
        <translation>Attached message “{name}” (not this message)</translation>
    </message>
    <message>
        <source>Thư</source>
        <translation>Message</translation>
    </message>
    <message>
        <source>{number}. Cơ quan: {name}</source>
        <translation>{number}. Office: {name}</translation>
    </message>
    <message>
        <source>{number}. Người ký: {name}</source>
        <translation>{number}. Signer: {name}</translation>
    </message>
    <message>
        <source>Xác nhận lên chữ ký của: {name}</source>
        <translation>Confirms the signature of: {name}</translation>
    </message>
    <message>
        <source>Người ký: {name} – {kind}</source>
        <translation>Signer: {name} – {kind}</translation>
    </message>
    <message>
        <source>Cơ quan, tổ chức: {name}</source>
        <translation>Organisation: {name}</translation>
    </message>
    <message>
        <source>Thời gian do máy người ký khai: {when}</source>
        <translation>Time claimed by the signer&apos;s computer: {when}</translation>
    </message>
    <message>
        <source>Dấu thời gian: {when}</source>
        <translation>Time-stamp: {when}</translation>
    </message>
    <message>
        <source>không có</source>
        <translation>none</translation>
    </message>
    <message>
        <source>Phạm vi ký: {coverage}</source>
        <translation>Covers: {coverage}</translation>
    </message>
    <message>
        <source>Thay đổi sau khi ký: {changes}</source>
        <translation>Changed after signing: {changes}</translation>
    </message>
    <message>
        <source>Chứng thư số: {serial}, do {issuer} cấp, hiệu lực đến {until}</source>
        <translation>Certificate: {serial}, issued by {issuer}, valid until {until}</translation>
    </message>
    <message>
        <source>Thu hồi: {what}</source>
        <translation>Revocation: {what}</translation>
    </message>
    <message>
        <source>Kỹ thuật: {form}, {indication}</source>
        <translation>Technical: {form}, {indication}</translation>
    </message>
</context>
</TS>
