SET sql_mode = 'NO_AUTO_VALUE_ON_ZERO';
CREATE TABLE m2_parent (id int PRIMARY KEY AUTO_INCREMENT, name varchar(200), bytes longblob, made datetime) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
CREATE TABLE m2_child (id int PRIMARY KEY AUTO_INCREMENT, parent_id int, CONSTRAINT CHILD_PARENT FOREIGN KEY (parent_id) REFERENCES m2_parent (id) ON DELETE CASCADE) ENGINE=InnoDB;
CREATE TABLE m2_session (session_id varchar(255) PRIMARY KEY, session_data mediumblob) ENGINE=InnoDB;
CREATE TABLE m2_report_event (id int PRIMARY KEY AUTO_INCREMENT, what text) ENGINE=InnoDB;
CREATE TABLE m2_quote (id int PRIMARY KEY AUTO_INCREMENT, total decimal(20,4)) ENGINE=InnoDB;
CREATE TABLE `m2_we``ird näme` (id int PRIMARY KEY, bits bit(7), computed int AS (id * 2) STORED) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
INSERT INTO m2_parent (name, bytes, made) VALUES
	('añ 😀 \0\n\r\t\\''"', (SELECT UNHEX(GROUP_CONCAT(LPAD(HEX(seq), 2, '0') ORDER BY seq SEPARATOR '')) FROM seq_0_to_255), '0000-00-00 00:00:00'),
	('x\n-- Table structure for table `no_table`\nCREATE DEFINER=`no`@`body` x\n-- Dump completed', NULL, '2026-02-30 12:00:00'),
	(NULL, '', '1970-01-01 00:00:01');
INSERT INTO m2_child (parent_id) SELECT 1 + seq % 3 FROM seq_1_to_3000;
INSERT INTO m2_session VALUES ('abc', REPEAT('s', 1000));
INSERT INTO m2_report_event (what) VALUES ('seen');
INSERT INTO m2_quote (total) VALUES (12.5);
INSERT INTO `m2_we``ird näme` (id, bits) VALUES (0, b'1010101'), (7, b'0');
CREATE DEFINER=`OWNER`@`localhost` VIEW m2_view AS SELECT p.id, c.id AS child FROM m2_parent p JOIN m2_child c ON c.parent_id = p.id;
CREATE DEFINER=`OWNER`@`localhost` VIEW m2_view_of_view AS SELECT * FROM m2_view;
DELIMITER ;;
CREATE DEFINER=`gone`@`elsewhere` TRIGGER m2_after_child AFTER INSERT ON m2_child FOR EACH ROW BEGIN
	INSERT INTO m2_report_event (what) VALUES ('CREATE DEFINER=`in`@`body`');
END;;
CREATE DEFINER=`OWNER`@`localhost` PROCEDURE m2_procedure() BEGIN
	SELECT 'DELIMITER';
END;;
CREATE DEFINER=`OWNER`@`localhost` FUNCTION m2_function() RETURNS int DETERMINISTIC RETURN 5;;
CREATE DEFINER=`OWNER`@`localhost` EVENT m2_event ON SCHEDULE EVERY 1 YEAR DISABLE DO DELETE FROM m2_session WHERE session_id = '';;
DELIMITER ;
